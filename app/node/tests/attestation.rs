//! The bytes that attesters sign, against `fixtures/attestation.json`, which was computed in another language.

use assay_client::{
    instruction::market::{verify_signature, AttesterSignature},
    Address, Keypair, Signer as _,
};
use assay_market::state::Attestation;
use serde_json::Value;
use std::path::Path;

fn vectors() -> Vec<Value> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/attestation.json");
    let text = std::fs::read_to_string(file).expect("the file of vectors");
    let fixture: Value = serde_json::from_str(&text).expect("JSON");
    fixture["vectors"].as_array().expect("a list").clone()
}

fn bytes<const N: usize>(value: &Value) -> [u8; N] {
    let bytes = hex::decode(value.as_str().expect("a string")).expect("hexadecimal digits");
    bytes.try_into().expect("the length of the field")
}

fn number<T: std::str::FromStr>(value: &Value) -> T {
    let digits = value.as_str().expect("a string").parse();
    digits.unwrap_or_else(|_| panic!("{value} is no number of this size"))
}

fn attestation(value: &Value) -> Attestation {
    let address = |name: &str| Address::new_from_array(bytes(&value[name]));
    assert_eq!(address("market_program"), assay_market::ID);
    Attestation {
        genesis_hash: bytes(&value["genesis_hash"]),
        job: address("job"),
        job_seed: bytes(&value["job_seed"]),
        task: u32::try_from(value["task"].as_u64().expect("a number")).expect("32 bits"),
        worker: address("worker"),
        set: address("set"),
        digest: bytes(&value["digest"]),
        fuel_used: number(&value["fuel_used"]),
        energy_mj: number(&value["energy_mj"]),
        expires_at: number(&value["expires_at"]),
    }
}

#[test]
fn message_signature_and_instruction_are_those_of_the_fixture() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 3);
    for vector in vectors {
        let attestation = attestation(&vector["attestation"]);
        assert_eq!(attestation.body_hash(), bytes(&vector["body_hash"]));
        let message = attestation.message();
        assert_eq!(message, bytes(&vector["message"]));

        let keypair = Keypair::new_from_array(bytes(&vector["secret_key"]));
        let key = keypair.pubkey().to_bytes();
        assert_eq!(key, bytes(&vector["key"]));
        let signature = keypair.sign_message(&message);
        assert_eq!(<[u8; 64]>::from(signature), bytes(&vector["signature"]));

        let signature = signature.into();
        let instruction = verify_signature(&AttesterSignature { key, signature }, &message);
        let data: [u8; 158] = bytes(&vector["ed25519_instruction"]);
        assert_eq!(instruction.data, data);
    }
}
