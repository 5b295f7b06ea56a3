use assay_harness::{instruction::governance, TestContext};

#[test]
fn the_program_answers_with_the_number_of_its_version() {
    let mut context = TestContext::new();
    let anyone = context.actor("anyone");
    let result = context.send(&[governance::version()], &[&anyone]).unwrap();
    assert_eq!(result.return_data, 1u16.to_le_bytes());
}
