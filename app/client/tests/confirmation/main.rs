//! Confirmation over a faulty connection: the client reports that a transaction had no effect only if that is certain.

mod server;

use assay_client::{Address, Client, Error, Instruction, Keypair, ProgramError, Result, Signature};
use assay_market::error::MarketError;
use serde_json::{json, Value};
use server::{blockhash, height, nothing, serve, status, Reply, LAST_VALID};

/// More requests than any test makes.
const MANY: usize = usize::MAX;
/// The rule with the code 6101.
const NOT_AUTHORITY: ProgramError = ProgramError::Market(MarketError::NotAuthority);

fn custom(code: u32) -> Value {
    json!({ "InstructionError": [0, { "Custom": code }] })
}

fn execute(url: &str) -> Result<Signature> {
    let nothing = Instruction::new_with_bytes(Address::new_from_array([7; 32]), &[], Vec::new());
    Client::new(url).sign_send_confirm(&[nothing], &[&Keypair::new()])
}

#[test]
fn an_answer_lost_after_sending_is_looked_up_on_the_chain() {
    let url = serve(MANY, |method, _| match method {
        "getLatestBlockhash" => blockhash(),
        "sendTransaction" => Reply::HangUp,
        _ => status("confirmed", Value::Null),
    });
    execute(&url).unwrap();
}

#[test]
fn an_answer_lost_while_waiting_is_asked_for_again() {
    let mut asked = 0;
    let url = serve(MANY, move |method, _| match method {
        "getLatestBlockhash" => blockhash(),
        "getSignatureStatuses" => {
            asked += 1;
            match asked {
                1 => Reply::HangUp,
                2 => Reply::Error(json!({ "code": -32005, "message": "behind" })),
                _ => status("confirmed", Value::Null),
            }
        }
        _ => Reply::HangUp,
    });
    execute(&url).unwrap();
}

#[test]
fn a_failure_that_a_fork_may_drop_is_not_the_verdict() {
    let mut asked = 0;
    let url = serve(MANY, move |method, _| match method {
        "getLatestBlockhash" => blockhash(),
        "getSignatureStatuses" => {
            asked += 1;
            match asked {
                1 => status("processed", custom(1)),
                2 => nothing(6),
                _ => status("confirmed", Value::Null),
            }
        }
        _ => Reply::HangUp,
    });
    execute(&url).unwrap();
}

#[test]
fn a_confirmed_failure_is_a_refusal_with_its_rule() {
    let url = serve(MANY, |method, _| match method {
        "getLatestBlockhash" => blockhash(),
        "getSignatureStatuses" => status("confirmed", custom(6_101)),
        _ => Reply::HangUp,
    });
    let error = execute(&url).unwrap_err();
    assert_eq!(error.program_error(), Some(NOT_AUTHORITY), "{error}");
}

#[test]
fn what_the_server_refuses_before_sending_is_refused_at_once() {
    let url = serve(2, |method, _| match method {
        "getLatestBlockhash" => blockhash(),
        _ => Reply::Error(json!({
            "code": -32002,
            "message": "Transaction simulation failed",
            "data": { "err": custom(6_101), "logs": [], "accounts": null, "unitsConsumed": 0 },
        })),
    });
    let error = execute(&url).unwrap_err();
    assert_eq!(error.program_error(), Some(NOT_AUTHORITY), "{error}");
}

#[test]
fn without_a_connection_nothing_was_sent() {
    let url = serve(1, |_, _| blockhash());
    let error = execute(&url).unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
}

#[test]
fn a_transaction_expires_with_its_last_block_and_only_by_the_history() {
    let url = serve(MANY, |method, params| match method {
        "getLatestBlockhash" => blockhash(),
        "getEpochInfo" => height(10, LAST_VALID + 1),
        "getSignatureStatuses" if params[1]["searchTransactionHistory"] == true => nothing(10),
        "getSignatureStatuses" => nothing(9),
        _ => Reply::HangUp,
    });
    let error = execute(&url).unwrap_err();
    assert!(matches!(error, Error::Expired(_)), "{error}");
}

#[test]
fn a_transaction_that_only_the_history_remembers_has_not_expired() {
    let url = serve(MANY, |method, params| match method {
        "getLatestBlockhash" => blockhash(),
        "getEpochInfo" => height(10, LAST_VALID + 10_000),
        "getSignatureStatuses" if params[1]["searchTransactionHistory"] == true => {
            status("finalized", Value::Null)
        }
        "getSignatureStatuses" => nothing(10_000),
        _ => Reply::HangUp,
    });
    execute(&url).unwrap();
}
