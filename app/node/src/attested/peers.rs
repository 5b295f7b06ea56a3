//! The attesters that the operator lists, and how they are asked.

use super::{AttestReply, AttestRequest, Refusal, RefusalCode, ATTEST_PATH};
use crate::{retry::backoff, seat_id::TaskId};
use assay_client::Address;
use std::{
    collections::{HashMap, HashSet},
    io::Read as _,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use ureq::{http::header::RETRY_AFTER, Agent};

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes of an answer at most.
const MAX_ANSWER: u64 = 16 << 10;
/// Wait after the first failure of an attester, and the longest one.
const INITIAL_BACKOFF: Duration = Duration::from_secs(1);
const MAX_BACKOFF: Duration = Duration::from_secs(60);
/// Longest wait that an attester can ask for.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(600);

/// The attesters of one set, as an operator lists them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttesterList {
    /// Address of the attester set.
    pub set: Address,
    /// Base URLs of its attesters.
    pub urls: Vec<String>,
}

/// A set whose jobs the node takes, with what the chain says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownSet {
    /// Address of the attester set.
    pub set: Address,
    /// Its identity, which jobs name.
    pub identity: [u8; 32],
    /// Its keys.
    pub keys: Vec<[u8; 32]>,
    /// Base URLs of its attesters.
    pub urls: Vec<String>,
}

/// Why an attester gave no signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoSignature {
    /// It answered why.
    Refused(Refusal),
    /// It did not answer, or not with an answer.
    Unreachable(String),
    /// It was not asked: it failed a moment ago, or is still busy with the last question.
    NotAsked(String),
}

impl std::fmt::Display for NoSignature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(refusal) => f.write_str(&refusal.message),
            Self::Unreachable(reason) | Self::NotAsked(reason) => f.write_str(reason),
        }
    }
}

/// What is known of one attester.
#[derive(Debug, Default)]
struct Peer {
    /// Failures in a row.
    failures: u32,
    /// It is not asked before this time, for this reason.
    not_before: Option<(Instant, String)>,
    /// Tasks that it is being asked about.
    asking: HashSet<TaskId>,
}

/// Asks attesters, and leaves those alone for a while that failed.
pub struct Peers {
    agent: Agent,
    peers: Mutex<HashMap<String, Peer>>,
}

impl Default for Peers {
    fn default() -> Self {
        let config = Agent::config_builder()
            .timeout_resolve(Some(CONNECT_TIMEOUT))
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .max_redirects(0)
            .http_status_as_error(false)
            .user_agent("assay")
            .build();
        Self {
            agent: config.into(),
            peers: Mutex::default(),
        }
    }
}

impl Peers {
    /// Asks the attester at `url` for a signature, and sends the output if it needs it. Waits up to `timeout`.
    ///
    /// # Errors
    /// [`NoSignature`].
    pub fn ask(
        &self,
        url: &str,
        task: TaskId,
        request: &AttestRequest,
        output: impl Fn() -> Option<Vec<u8>>,
        timeout: Duration,
    ) -> Result<AttestReply, NoSignature> {
        let start = Instant::now();
        self.begin(url, task, start)?;
        let left = || timeout.saturating_sub(start.elapsed());
        let mut answer = self.post(url, request, left());
        let needs_output = |answer: &Answer| match answer {
            Answer::Refusal(refusal, _) => refusal.code == RefusalCode::OutputNeeded,
            _ => false,
        };
        if needs_output(&answer) {
            if let Some(output) = output() {
                let request = AttestRequest {
                    output: Some(output),
                    ..request.clone()
                };
                answer = self.post(url, &request, left());
            }
        }
        self.end(url, task, answer, Instant::now())
    }

    /// Notes that an attester is being asked.
    fn begin(&self, url: &str, task: TaskId, now: Instant) -> Result<(), NoSignature> {
        let mut peers = self.lock();
        let peer = peers.entry(url.to_owned()).or_default();
        if let Some((_, reason)) = peer.not_before.as_ref().filter(|(time, _)| *time > now) {
            return Err(NoSignature::NotAsked(reason.clone()));
        }
        if !peer.asking.insert(task) {
            let reason = "it has not answered the last question yet".to_owned();
            return Err(NoSignature::NotAsked(reason));
        }
        Ok(())
    }

    /// Notes what an attester answered.
    fn end(
        &self,
        url: &str,
        task: TaskId,
        answer: Answer,
        now: Instant,
    ) -> Result<AttestReply, NoSignature> {
        let mut peers = self.lock();
        let peer = peers.entry(url.to_owned()).or_default();
        peer.asking.remove(&task);
        let (failure, wait) = match answer {
            Answer::Reply(reply) => {
                (peer.failures, peer.not_before) = (0, None);
                return Ok(reply);
            }
            Answer::Refusal(refusal, _) if !refusal.code.is_temporary() => {
                (peer.failures, peer.not_before) = (0, None);
                return Err(NoSignature::Refused(refusal));
            }
            Answer::Refusal(refusal, wait) => (NoSignature::Refused(refusal), wait),
            Answer::None(reason) => (NoSignature::Unreachable(reason), None),
        };
        let own = backoff(INITIAL_BACKOFF, peer.failures, MAX_BACKOFF);
        let wait = wait.map_or(own, |wait| wait.min(MAX_RETRY_AFTER));
        peer.failures = peer.failures.saturating_add(1);
        peer.not_before = now
            .checked_add(wait)
            .map(|time| (time, failure.to_string()));
        Err(failure)
    }

    fn post(&self, url: &str, request: &AttestRequest, timeout: Duration) -> Answer {
        let url = format!("{}{ATTEST_PATH}", url.trim_end_matches('/'));
        let post = || -> Result<Answer, String> {
            let body = serde_json::to_vec(request).map_err(|error| error.to_string())?;
            let request = self.agent.post(&url).config();
            let request = request.timeout_global(Some(timeout)).build();
            let request = request.content_type("application/json");
            let response = request.send(&body[..]).map_err(|error| error.to_string())?;
            let status = response.status();
            let wait = response.headers().get(RETRY_AFTER);
            let wait = wait.and_then(|seconds| seconds.to_str().ok()?.parse().ok());
            let mut bytes = Vec::new();
            let reader = response.into_body().into_reader();
            reader
                .take(MAX_ANSWER)
                .read_to_end(&mut bytes)
                .map_err(|error| error.to_string())?;
            let strange = |_| format!("it answered status {status} and something unknown");
            if status.is_success() {
                return serde_json::from_slice(&bytes)
                    .map(Answer::Reply)
                    .map_err(strange);
            }
            let refusal = serde_json::from_slice(&bytes).map_err(strange)?;
            Ok(Answer::Refusal(refusal, wait.map(Duration::from_secs)))
        };
        post().unwrap_or_else(Answer::None)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Peer>> {
        self.peers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Answer {
    Reply(AttestReply),
    /// The refusal, and the wait that it asks for.
    Refusal(Refusal, Option<Duration>),
    None(String),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{address, task};

    const URL: &str = "http://127.0.0.1:9";

    fn refused(code: RefusalCode, wait: Option<u64>) -> Answer {
        let message = "why".to_owned();
        Answer::Refusal(Refusal { code, message }, wait.map(Duration::from_secs))
    }

    /// Lets the attester answer at `now`.
    fn answer(peers: &Peers, answer: Answer, now: Instant) -> bool {
        peers.begin(URL, task(0), now).is_ok() && peers.end(URL, task(0), answer, now).is_ok()
    }

    fn may_ask(peers: &Peers, now: Instant) -> bool {
        let may = peers.begin(URL, task(1), now);
        if may.is_ok() {
            peers.lock().get_mut(URL).unwrap().asking.clear();
        }
        may.is_ok()
    }

    #[test]
    fn an_attester_that_is_down_is_asked_ever_more_rarely_until_it_answers() {
        let (peers, start) = (Peers::default(), Instant::now());
        let mut now = start;
        for wait in [1, 2, 4, 8, 16, 32, 60, 60] {
            assert!(!answer(&peers, Answer::None("down".into()), now));
            let wait = Duration::from_secs(wait);
            assert!(!may_ask(&peers, now + wait - Duration::from_millis(1)));
            now += wait;
            assert!(may_ask(&peers, now));
        }
        let reply = AttestReply {
            key: address(1),
            signature: String::new(),
        };
        assert!(answer(&peers, Answer::Reply(reply), now));
        assert!(!answer(&peers, Answer::None("down".into()), now));
        assert!(may_ask(&peers, now + Duration::from_secs(1)));
    }

    #[test]
    fn a_busy_attester_says_how_long_to_wait_and_a_refusal_is_no_failure() {
        let (peers, now) = (Peers::default(), Instant::now());
        assert!(!answer(
            &peers,
            refused(RefusalCode::WrongResult, None),
            now
        ));
        assert!(may_ask(&peers, now));
        assert!(!answer(&peers, refused(RefusalCode::Busy, Some(7)), now));
        assert!(!may_ask(&peers, now + Duration::from_secs(6)));
        assert!(may_ask(&peers, now + Duration::from_secs(7)));
        let later = now + Duration::from_secs(7);
        assert!(!answer(
            &peers,
            refused(RefusalCode::Busy, Some(u64::MAX)),
            later
        ));
        assert!(may_ask(&peers, later + MAX_RETRY_AFTER));
    }

    #[test]
    fn an_attester_gets_one_question_about_a_task_at_a_time() {
        let (peers, now) = (Peers::default(), Instant::now());
        assert!(peers.begin(URL, task(0), now).is_ok());
        let again = peers.begin(URL, task(0), now);
        assert!(matches!(again, Err(NoSignature::NotAsked(_))));
        assert!(peers.begin(URL, task(1), now).is_ok());
    }
}
