//! Forms and places of signatures.

use super::{assert_open, needing, proof, send, submission, two};
use assay_harness::{
    assert_fails,
    instruction::market::{self, AttesterSignature},
    replace_account, sign_attestation, sign_bytes, Instruction, Signer,
};
use assay_market::{
    error::MarketError,
    state::{ED25519, INSTRUCTIONS, SIGNED_LEN},
};
use solana_system_interface::instruction as system;

/// Places in the header of an Ed25519 instruction, whose values have two bytes.
const SIGNATURE_OFFSET: usize = 2;
const KEY_OFFSET: usize = 6;
const KEY_INSTRUCTION: usize = 8;
const MESSAGE_OFFSET: usize = 10;
const MESSAGE_INSTRUCTION: usize = 14;
/// Where key, signature and message stand in the canonical form.
const KEY_AT: u16 = 16;
const MESSAGE_AT: u16 = 112;

fn set_header(instruction: &mut Instruction, place: usize, value: u16) {
    instruction.data[place..][..2].copy_from_slice(&value.to_le_bytes());
}

fn with_key(mut signature: AttesterSignature, name: &str) -> AttesterSignature {
    signature.key = assay_harness::keypairs::address_of(name).to_bytes();
    signature
}

/// Loss if it worked: anybody's signature counts as that of an attester, so that anybody is paid for anything.
#[test]
fn signs_with_its_own_key() {
    // Given: mallory's signature over the result, shown with the attester's key
    let (mut context, job, set) = needing(1);
    let claimed = context.attestation("bob", &job, set, 0, "lie");
    let own = sign_attestation("mallory", &claimed);
    let carrier = market::verify_signature(&own, &claimed.message());
    let mut forged = market::verify_signature(&with_key(own, "lab 1"), &claimed.message());

    // When: the precompile is pointed to mallory's key, in the instruction before
    set_header(&mut forged, KEY_INSTRUCTION, 0);
    set_header(&mut forged, KEY_OFFSET, KEY_AT);
    let submit = submission(&mut context, "bob", &claimed);
    let result = send(&mut context, "bob", &[carrier, forged, submit]);

    // Then
    assert_fails(result, MarketError::BadAttestation);
    assert_open(&context, &job);
}

/// Loss if it worked: a signature over a right result, or over any text, proves a wrong one.
#[test]
fn signs_a_message_that_stands_elsewhere() {
    let (mut context, job, set) = needing(1);
    let right = context.attestation("bob", &job, set, 0, "42");
    let wrong = context.attestation("bob", &job, set, 0, "lie");
    let carrier = proof("lab 1", &right);
    let given = sign_attestation("lab 1", &right);
    let mut forged = market::verify_signature(&given, &wrong.message());

    set_header(&mut forged, MESSAGE_INSTRUCTION, 0);
    set_header(&mut forged, MESSAGE_OFFSET, MESSAGE_AT);
    let submit = submission(&mut context, "bob", &wrong);
    let result = send(&mut context, "bob", &[carrier, forged, submit]);

    assert_fails(result, MarketError::BadAttestation);
    assert_open(&context, &job);
}

/// Loss if it worked: whoever appends its own key and signature signs for every attester.
#[test]
fn hides_its_own_signature_behind_the_message() {
    let (mut context, job, set) = needing(1);
    let claimed = context.attestation("bob", &job, set, 0, "lie");
    let own = sign_attestation("mallory", &claimed);
    let mut forged = market::verify_signature(&with_key(own, "lab 1"), &claimed.message());
    let end = u16::try_from(SIGNED_LEN).unwrap();

    forged.data.extend_from_slice(&own.key);
    forged.data.extend_from_slice(&own.signature);
    set_header(&mut forged, KEY_OFFSET, end);
    set_header(&mut forged, SIGNATURE_OFFSET, end + 32);
    let submit = submission(&mut context, "bob", &claimed);
    let result = send(&mut context, "bob", &[forged, submit]);

    assert_fails(result, MarketError::BadAttestation);
    assert_open(&context, &job);
}

/// Loss if it worked: bytes that nobody reads, and that an attacker chooses, stand in what counts as proof.
#[test]
fn writes_a_signature_in_another_form() {
    let (context, job, set) = needing(1);
    let attestation = context.attestation("bob", &job, set, 0, "42");
    let canonical = proof("lab 1", &attestation);
    let mut padded = canonical.clone();
    padded.data[1] = 7;
    let mut indexed = canonical.clone();
    set_header(&mut indexed, MESSAGE_INSTRUCTION, 0);
    let mut longer = canonical.clone();
    longer.data.push(0);

    for other in [padded, indexed, longer] {
        let mut context = context.clone();
        let submit = submission(&mut context, "bob", &attestation);
        let result = send(&mut context, "bob", &[other, submit]);
        assert_fails(result, MarketError::BadAttestation);
    }
    let mut context = context;
    let submit = submission(&mut context, "bob", &attestation);
    send(&mut context, "bob", &[canonical, submit]).unwrap();
}

/// Loss if it worked: a program of the attacker's says that it has verified signatures.
#[test]
fn speaks_for_the_precompile() {
    let (mut context, job, set) = needing(1);
    let claimed = context.attestation("bob", &job, set, 0, "lie");
    let yes_man = context.deploy_yes_man("mallory's program");
    let mut forged = proof("mallory", &claimed);
    forged.data[16..48].copy_from_slice(&sign_attestation("lab 1", &claimed).key);
    forged.program_id = yes_man;

    let submit = submission(&mut context, "bob", &claimed);
    let result = send(&mut context, "bob", &[forged, submit]);

    assert_fails(result, MarketError::BadAttestation);
    assert_open(&context, &job);
}

/// Loss if it worked: one attester of two decides alone.
#[test]
fn counts_one_attester_twice() {
    let (mut context, job, set) = needing(2);
    let claimed = context.attestation("bob", &job, set, 0, "lie");
    let once = proof("lab 1", &claimed);

    let submit = submission(&mut context, "bob", &claimed);
    let result = send(&mut context, "bob", &[once.clone(), once, submit]);

    assert_fails(result, MarketError::BadAttestation);
    assert_open(&context, &job);
}

/// Loss if it worked: keys that need no order can be counted twice with others between them.
#[test]
fn signs_in_another_order() {
    let (mut context, job, set) = needing(2);
    let attestation = context.attestation("bob", &job, set, 0, "42");
    let [first, second] = two().map(|name| proof(name, &attestation));
    let submit = submission(&mut context, "bob", &attestation);

    let swapped = [second.clone(), first.clone(), submit.clone()];
    let result = send(&mut context, "bob", &swapped);

    assert_fails(result, MarketError::BadAttestation);
    send(&mut context, "bob", &[first, second, submit]).unwrap();
}

/// Loss if it worked: two signatures of one instruction count as often as somebody finds a way to count them.
#[test]
fn proves_two_signatures_in_one_instruction() {
    let (mut context, job, set) = needing(2);
    let attestation = context.attestation("bob", &job, set, 0, "42");
    let proofs = two().map(|name| proof(name, &attestation));
    let mut both = Instruction {
        program_id: ED25519,
        accounts: Vec::new(),
        data: vec![2, 0],
    };
    let body = KEY_AT as usize;
    for (index, single) in proofs.iter().enumerate() {
        let mut header = single.data[2..body].to_vec();
        let shift = 14 + u16::try_from(index * (SIGNED_LEN - body)).unwrap();
        for place in [SIGNATURE_OFFSET, KEY_OFFSET, MESSAGE_OFFSET] {
            let at = place - 2;
            let offset = u16::from_le_bytes([header[at], header[at + 1]]) + shift;
            header[at..][..2].copy_from_slice(&offset.to_le_bytes());
        }
        both.data.extend_from_slice(&header);
    }
    for single in &proofs {
        both.data.extend_from_slice(&single.data[body..]);
    }

    // The precompile itself is content with it.
    send(&mut context, "bob", &[both.clone()]).unwrap();
    let submit = submission(&mut context, "bob", &attestation);
    let alone = send(&mut context, "bob", &[both.clone(), submit.clone()]);
    let twice = send(&mut context, "bob", &[both.clone(), both, submit]);

    assert_fails(alone, MarketError::BadAttestation);
    assert_fails(twice, MarketError::BadAttestation);
}

/// Loss if it worked: an instruction that proves nothing counts as a signature.
#[test]
fn proves_no_signature_at_all() {
    let (mut context, job, set) = needing(1);
    let claimed = context.attestation("bob", &job, set, 0, "lie");
    let mut forged = proof("lab 1", &claimed);
    forged.data[0] = 0;
    let empty = Instruction {
        data: vec![0, 0],
        ..forged.clone()
    };
    let submit = submission(&mut context, "bob", &claimed);

    // The runtime refuses a list of none with something behind it, the market one with nothing behind it.
    let full = send(&mut context, "bob", &[forged, submit.clone()]);
    let bare = send(&mut context, "bob", &[empty, submit]);

    assert!(full.unwrap_err().program != Some(assay_market::ID));
    assert_fails(bare, MarketError::BadAttestation);
    assert_open(&context, &job);
}

/// Loss if it worked: one attester of three decides alone, with something before its signature.
#[test]
fn brings_too_few_signatures() {
    let (mut context, job, set) = needing(3);
    let claimed = context.attestation("bob", &job, set, 0, "lie");
    let [first, second] = two().map(|name| proof(name, &claimed));
    let node = context.node("bob").pubkey();
    let filler = system::transfer(&node, &node, 1);
    let submit = submission(&mut context, "bob", &claimed);

    for steps in [
        vec![first.clone(), second.clone(), submit.clone()],
        vec![filler, first, second, submit.clone()],
        vec![submit],
    ] {
        let result = send(&mut context, "bob", &steps);
        assert_fails(result, MarketError::BadAttestation);
    }
    assert_open(&context, &job);
}

/// Loss if it worked: whoever has any key is an attester.
#[test]
fn signs_without_being_in_the_set() {
    let (mut context, job, set) = needing(2);
    let claimed = context.attestation("bob", &job, set, 0, "lie");
    for pair in [["lab 1", "mallory"], ["mallory", "mallory"]] {
        let result = context.submit("bob", &claimed, &pair);
        assert_fails(result, MarketError::BadAttestation);
    }
    assert_open(&context, &job);
}

/// Loss if it worked: proofs that stand somewhere in a transaction serve every instruction of it.
#[test]
fn signs_before_another_instruction() {
    let (mut context, job, set) = needing(2);
    let attestation = context.attestation("bob", &job, set, 0, "42");
    let [first, second] = two().map(|name| proof(name, &attestation));
    let node = context.node("bob").pubkey();
    let other = system::transfer(&node, &node, 1);
    let submit = submission(&mut context, "bob", &attestation);

    let between = [first.clone(), second.clone(), other.clone(), submit.clone()];
    let split = [first.clone(), other, second.clone(), submit.clone()];
    let behind = [submit, first, second];

    for steps in [&between[..], &split, &behind] {
        let result = send(&mut context, "bob", steps);
        assert_fails(result, MarketError::BadAttestation);
    }
    assert_open(&context, &job);
}

/// Loss if it worked: an account that the attacker wrote says which instructions the transaction has.
#[test]
fn shows_instructions_that_are_not_in_the_transaction() {
    // Given: an account with the proof of a signature that was never given
    let (mut context, job, set) = needing(1);
    let claimed = context.attestation("bob", &job, set, 0, "lie");
    let false_proof = market::verify_signature(
        &with_key(sign_bytes("mallory", b"anything"), "lab 1"),
        &claimed.message(),
    );
    let real = context.worker_of("bob");
    let owner = context.address_of("mallory's program");
    let fake = context.clone_with_owner(&real, "a false sysvar", &owner);
    context.edit_data(&fake, |data| *data = instructions_data(&[false_proof]));

    // When
    let submit = submission(&mut context, "bob", &claimed);
    let forged = replace_account(submit, &INSTRUCTIONS, &fake);
    let result = send(&mut context, "bob", &[forged]);

    // Then
    assert_fails(result, MarketError::BadAttestation);
    assert_open(&context, &job);
}

/// Returns the data of the instructions sysvar while the instruction behind these runs: their number, their offsets, each with
/// its accounts, program and data, and the index of the running one.
fn instructions_data(before: &[Instruction]) -> Vec<u8> {
    let short = |value: usize| u16::try_from(value).unwrap().to_le_bytes();
    let count = before.len() + 1;
    let (mut offsets, mut bodies) = (Vec::new(), Vec::new());
    let head = 2 + 2 * count;
    let nothing = Instruction {
        program_id: assay_market::ID,
        accounts: Vec::new(),
        data: Vec::new(),
    };
    for instruction in before.iter().chain([&nothing]) {
        offsets.extend(short(head + bodies.len()));
        bodies.extend(short(0));
        bodies.extend(instruction.program_id.as_ref());
        bodies.extend(short(instruction.data.len()));
        bodies.extend(&instruction.data);
    }
    [&short(count)[..], &offsets, &bodies, &short(before.len())].concat()
}
