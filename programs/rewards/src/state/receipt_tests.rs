use super::*;
use bytemuck::Zeroable;

fn args(output: Option<Vec<u8>>) -> ReceiptArgs {
    ReceiptArgs {
        exit_code: 0,
        fuel_used: 1,
        output_hash: [1; 32],
        memory: [2; 32],
        input: [3; 32],
        proof: Vec::new(),
        output,
        lifetime: MIN_LIFETIME,
    }
}

/// Returns the data of a receipt's account, as the program writes it.
fn data(change: impl FnOnce(&mut Receipt), output: &[u8]) -> Vec<u8> {
    let mut header = Receipt::zeroed();
    header.version = 1;
    header.has_output = 1;
    header.task = 7.into();
    change(&mut header);
    let mut data = Receipt::DISCRIMINATOR.to_vec();
    data.extend_from_slice(bytemuck::bytes_of(&header));
    data.extend_from_slice(&u32::try_from(output.len()).unwrap().to_le_bytes());
    data.extend_from_slice(output);
    data
}

#[test]
fn a_receipt_keeps_as_many_bytes_as_the_output_has() {
    for len in [0, 1, 2, MAX_INLINE_OUTPUT] {
        let kept = args(Some(vec![9; len])).inline_len();
        assert_eq!(usize::try_from(kept).unwrap(), len);
    }
    assert_eq!(args(None).inline_len(), 0);
}

#[test]
fn a_receipt_is_read_with_the_output_that_it_keeps() {
    let kept = data(|_| {}, b"output");
    let (header, output) = Receipt::read(&kept).unwrap();
    assert_eq!((header.task.get(), output), (7, Some(&b"output"[..])));
    // What is behind the output is no part of it.
    let longer = [kept, vec![0; 3]].concat();
    let (_, output) = Receipt::read(&longer).unwrap();
    assert_eq!(output, Some(&b"output"[..]));
    let without = data(|header| header.has_output = 0, b"");
    assert_eq!(Receipt::read(&without).unwrap().1, None);
}

#[test]
fn what_is_no_receipt_is_not_read() {
    let kept = data(|_| {}, b"output");
    for len in [
        0,
        7,
        8,
        OUTPUT_LEN_OFFSET,
        OUTPUT_LEN_OFFSET + 3,
        kept.len() - 1,
    ] {
        assert!(Receipt::read(&kept[..len]).is_none(), "{len} bytes");
    }
    let mut of_another_type = kept;
    of_another_type[0] ^= 1;
    assert!(Receipt::read(&of_another_type).is_none());
    for version in [0, 2] {
        let other = data(|header| header.version = version, b"output");
        assert!(Receipt::read(&other).is_none());
    }
}

/// The system program derives it in this way, too (`create_with_seed`).
#[test]
fn a_receipt_is_at_the_address_of_payer_and_posting() {
    let payer = Address::new_from_array([5; 32]);
    let at = |seed: u8, task| receipt_address(&payer, &[seed; 32], task);
    let seed = receipt_seed(&[0xab; 32], 0x0102);
    assert_eq!(&seed, b"abababababababababababab00000102");
    let expected = sha256v(&[payer.as_ref(), &seed, crate::ID.as_ref()]);
    assert_eq!(at(0xab, 0x0102).to_bytes(), expected);
    assert_ne!(at(0xab, 0x0102), at(0xab, 0x0103));
    assert_ne!(at(0xab, 0x0102), at(0xac, 0x0102));
}
