//! What nodes and attesters say to each other: JSON over HTTP.
//!
//! `POST /attest` takes an [`AttestRequest`] and answers with status 200 and an [`AttestReply`], or with another status and a
//! [`Refusal`]. The format is described in `docs/attestation.md`.

use crate::serde_ext;
use assay_client::Address;
use assay_market::bytes::{ResultRecord, RECORD_LEN};
use serde::{de, Deserialize, Deserializer, Serialize, Serializer};

/// Path of the request for a signature.
pub const ATTEST_PATH: &str = "/attest";
/// Path at which a service says that it runs.
pub const HEALTH_PATH: &str = "/health";

/// Time from the request to the expiry that a node asks for, seconds.
pub const LIFETIME: i64 = 600;
/// Latest expiry that an attester signs, seconds from now. It is later than [`LIFETIME`], because a node may read a clock
/// that is ahead.
pub const MAX_LIFETIME: i64 = 660;

/// What a node asks an attester to vouch for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttestRequest {
    /// The job.
    #[serde(with = "serde_ext::address")]
    pub job: Address,
    /// Names the posting of the job.
    #[serde(with = "serde_ext::hash")]
    pub job_seed: [u8; 32],
    /// Index of the task in the job.
    pub task: u32,
    /// The worker that is to be paid.
    #[serde(with = "serde_ext::address")]
    pub worker: Address,
    /// The result's record, in hexadecimal. Digest and fuel follow from it.
    #[serde(serialize_with = "record", deserialize_with = "read_record")]
    pub record: ResultRecord,
    /// Energy that the run took, millijoules; 0 when not measured.
    #[serde(with = "serde_ext::amount")]
    pub energy_mj: u64,
    /// Unix time from which the signature is to be worth nothing, seconds. The node chooses it, because all signatures of a
    /// result are over the same bytes.
    pub expires_at: i64,
    /// The output. Only attesters that check by a command need it, and say so.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "serde_ext::optional_base64"
    )]
    pub output: Option<Vec<u8>>,
}

fn record<S: Serializer>(record: &ResultRecord, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&hex::encode(record.encode()))
}

fn read_record<'de, D: Deserializer<'de>>(from: D) -> Result<ResultRecord, D::Error> {
    let mut bytes = [0; RECORD_LEN];
    let text = String::deserialize(from)?;
    let read = hex::decode_to_slice(text, &mut bytes).ok();
    let record = read.and_then(|()| ResultRecord::decode(&bytes));
    record.ok_or_else(|| de::Error::custom("not the record of a result"))
}

/// A signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttestReply {
    /// The attester's key.
    #[serde(with = "serde_ext::address")]
    pub key: Address,
    /// Its signature over the message, in base 58.
    pub signature: String,
}

/// Why an attester does not sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// For programs.
    pub code: RefusalCode,
    /// For people: one sentence.
    pub message: String,
}

/// Why an attester does not sign, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    /// The request has not the format.
    BadRequest,
    /// The request has more bytes than the attester takes.
    TooLarge,
    /// There is nothing at this path.
    NotFound,
    /// There is no such job.
    UnknownJob,
    /// The job has no such task.
    UnknownTask,
    /// There is no such worker.
    UnknownWorker,
    /// The job is not attested.
    NotAttested,
    /// The job names another attester set.
    OtherSet,
    /// The job's address was used again, for another posting.
    OtherPosting,
    /// The task has ended.
    TaskDecided,
    /// The time for results is over.
    TooLate,
    /// The expiry is past, too late, or after the time for results.
    BadExpiry,
    /// The attester takes no jobs like this one: its module, its limits or its runtime.
    BeyondLimits,
    /// The attester cannot tell how much energy a run took.
    EnergyNotMeasured,
    /// The attester got another result.
    WrongResult,
    /// The attester's check says no.
    CheckRefused,
    /// The attester needs the output.
    OutputNeeded,
    /// The attester has signed another digest for this task.
    SignedAnother,
    /// The client asks too often.
    TooManyRequests,
    /// Too many runs wait.
    Busy,
    /// The chain or the content of the task cannot be fetched.
    Unavailable,
    /// The attester cannot sign now.
    Failed,
    /// A code of a later version.
    #[serde(other)]
    Other,
}

impl RefusalCode {
    /// Returns the HTTP status that goes with the code.
    pub fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::NotFound | Self::UnknownJob | Self::UnknownTask | Self::UnknownWorker => 404,
            Self::OtherPosting | Self::TaskDecided | Self::TooLate | Self::SignedAnother => 409,
            Self::TooLarge => 413,
            Self::NotAttested
            | Self::OtherSet
            | Self::BadExpiry
            | Self::BeyondLimits
            | Self::EnergyNotMeasured
            | Self::WrongResult
            | Self::CheckRefused => 422,
            Self::OutputNeeded => 428,
            Self::TooManyRequests => 429,
            Self::Unavailable => 502,
            Self::Busy => 503,
            Self::Failed | Self::Other => 500,
        }
    }

    /// Returns whether the attester may sign the same request later, so that the node leaves it alone for a while.
    pub fn is_temporary(self) -> bool {
        matches!(
            self,
            Self::TooManyRequests
                | Self::Busy
                | Self::Unavailable
                | Self::Failed
                | Self::NotFound
                | Self::BadExpiry
                | Self::Other
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::address;

    fn request() -> AttestRequest {
        AttestRequest {
            job: address(2),
            job_seed: [3; 32],
            task: 4,
            worker: address(5),
            record: ResultRecord {
                exit_code: 0,
                fuel_used: 12_345,
                output: [6; 32],
                memory: [7; 32],
            },
            energy_mj: u64::MAX,
            expires_at: 1_800_000_000,
            output: None,
        }
    }

    #[test]
    fn a_request_reads_back_with_and_without_its_output() {
        for output in [None, Some(Vec::new()), Some(b"\x00\xff".to_vec())] {
            let request = AttestRequest {
                output,
                ..request()
            };
            let text = serde_json::to_string(&request).unwrap();
            assert_eq!(
                serde_json::from_str::<AttestRequest>(&text).unwrap(),
                request
            );
        }
        let text = serde_json::to_string(&request()).unwrap();
        assert!(
            text.contains("\"energy_mj\":\"18446744073709551615\""),
            "{text}"
        );
        assert!(!text.contains("output"), "{text}");
    }

    #[test]
    fn a_request_with_anything_else_in_it_is_refused() {
        let good = serde_json::to_value(request()).unwrap();
        let changes = [
            ("record", serde_json::json!("00")),
            ("record", serde_json::json!("00".repeat(RECORD_LEN))),
            ("energy_mj", serde_json::json!("-1")),
            ("energy_mj", serde_json::json!(1)),
            ("task", serde_json::json!(4_294_967_296u64)),
            ("output", serde_json::json!("not base 64")),
            ("more", serde_json::json!(1)),
        ];
        for (field, value) in changes {
            let mut changed = good.clone();
            changed[field] = value;
            let read = serde_json::from_value::<AttestRequest>(changed);
            assert!(read.is_err(), "{field}");
        }
    }

    #[test]
    fn a_code_of_a_later_version_can_be_tried_again() {
        let later: Refusal = serde_json::from_str(r#"{"code":"new","message":""}"#).unwrap();
        assert_eq!(later.code, RefusalCode::Other);
        assert!(later.code.is_temporary() && !RefusalCode::WrongResult.is_temporary());
    }
}
