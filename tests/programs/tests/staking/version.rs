use assay_harness::{instruction::staking, TestContext};

#[test]
fn the_program_tells_its_version() {
    let mut context = TestContext::new();
    let result = context.crank(staking::version()).unwrap();
    assert_eq!(result.return_data, 1u16.to_le_bytes());
}
