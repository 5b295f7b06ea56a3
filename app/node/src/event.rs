//! What a node reports: one event for each step, as text for people and as JSON for programs.

use crate::{
    seat_id::{SeatId, TaskId},
    serde_ext,
};
use assay_client::Address;
use assay_runner::ExitStatus;
use serde::Serialize;
use std::fmt;

/// An event of a node. In JSON, `event` is the name in snake case; amounts of 64 bits are strings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum NodeEvent {
    /// The node has read its journal and begins to work.
    Started {
        /// Address of the node key.
        #[serde(with = "serde_ext::address")]
        node: Address,
        #[serde(with = "serde_ext::address")]
        worker: Address,
        /// Results in the journal that are not collected yet.
        resumed: usize,
        /// Fuel per second that a task is expected to burn; none with an external command.
        #[serde(with = "serde_ext::optional_amount")]
        fuel_per_second: Option<u64>,
    },
    /// A seat was claimed.
    Claimed {
        #[serde(flatten)]
        seat: SeatId,
    },
    /// The run of a seat has ended and its result is in the journal. No part of the result was sent yet.
    Executed {
        #[serde(flatten)]
        seat: SeatId,
        exit_code: u32,
        /// Digest of the result record.
        #[serde(with = "serde_ext::hash")]
        digest: [u8; 32],
        #[serde(with = "serde_ext::amount")]
        fuel_used: u64,
        /// Duration of the run.
        milliseconds: u64,
    },
    /// The result of a seat was contributed: its two hashes are on chain, and nobody can read it.
    Contributed {
        #[serde(flatten)]
        seat: SeatId,
    },
    /// The result of a task is open and stands until its hold is over.
    Opened {
        #[serde(flatten)]
        task: TaskId,
        /// Digest of the result record.
        #[serde(with = "serde_ext::hash")]
        digest: [u8; 32],
    },
    /// Every blob store of the node has the result of a task.
    Published {
        #[serde(flatten)]
        task: TaskId,
    },
    /// The node opened the check that a draw made due.
    CheckOpened {
        #[serde(flatten)]
        task: TaskId,
    },
    /// The node opened a round on a task whose seats disagree.
    RoundOpened {
        #[serde(flatten)]
        task: TaskId,
        /// Seats of the round: 5 or 45.
        seats: u32,
    },
    /// The node decided a round or a requester's check by opening what was contributed, or gave a round up.
    RoundDecided {
        #[serde(flatten)]
        task: TaskId,
        /// The opened digest; none if the round was given up.
        #[serde(with = "serde_ext::optional_hash")]
        digest: Option<[u8; 32]>,
    },
    /// The node submitted a result that enough attesters signed. It is final.
    Attested {
        #[serde(flatten)]
        task: TaskId,
        /// Digest of the result record.
        #[serde(with = "serde_ext::hash")]
        digest: [u8; 32],
        /// Signatures that were submitted.
        signatures: usize,
    },
    /// Too few attesters signed a result. The node asks again. Reported once while the reasons are the same.
    AttestationsMissing {
        #[serde(flatten)]
        task: TaskId,
        /// Signatures that came.
        signatures: usize,
        /// Signatures that the job asks for.
        needed: usize,
        /// Why the others did not sign, one sentence each.
        reasons: Vec<String>,
    },
    /// The node ran an attested task, and somebody else submitted it first, or it was withdrawn. No fee was paid.
    RaceLost {
        #[serde(flatten)]
        task: TaskId,
    },
    /// The node takes nothing on in a job: it pays too little, or it is attested and no result could be submitted. Reported once.
    JobSkipped {
        #[serde(with = "serde_ext::address")]
        job: Address,
        reason: String,
    },
    /// A seat was paid, or its bond returned.
    Collected {
        #[serde(flatten)]
        seat: SeatId,
        /// True if the result was accepted and paid, false if only the bond came back.
        accepted: bool,
    },
    /// Tokens of a delegator joined the provider's stake.
    DelegationActivated {
        #[serde(with = "serde_ext::address")]
        delegation: Address,
        /// Base units of ASSAY.
        #[serde(with = "serde_ext::amount")]
        amount: u64,
    },
    /// Collateral was given back that delegators asked for, or that an owner's stake no longer supports.
    CollateralYielded {
        #[serde(with = "serde_ext::address")]
        provider: Address,
    },
    /// Pay that the worker's account held, because the beneficiary's was frozen, was moved to the beneficiary.
    HeldCollected {
        #[serde(with = "serde_ext::address")]
        mint: Address,
        /// Base units of the mint.
        #[serde(with = "serde_ext::amount")]
        amount: u64,
    },
    /// The node was paid out of the penalties of a disputed task.
    Awarded {
        #[serde(flatten)]
        seat: SeatId,
    },
    /// The node ended what was overdue in a task.
    Expired {
        #[serde(with = "serde_ext::address")]
        job: Address,
        task: u32,
    },
    /// The node penalized a worker.
    Penalized {
        #[serde(flatten)]
        seat: SeatId,
        /// Who held the seat.
        #[serde(with = "serde_ext::address")]
        worker: Address,
    },
    /// The watcher ran an open result again.
    TaskChecked {
        #[serde(flatten)]
        task: TaskId,
        /// True if it got the open digest.
        agrees: bool,
        /// The digest that it got.
        #[serde(with = "serde_ext::hash")]
        digest: [u8; 32],
    },
    /// The watcher could not run an open result again, so it says nothing about it.
    TaskUnchecked {
        #[serde(flatten)]
        task: TaskId,
        reason: String,
    },
    /// The node challenged an open result.
    ChallengeSent {
        #[serde(flatten)]
        seat: SeatId,
        /// The digest that it takes to be right.
        #[serde(with = "serde_ext::hash")]
        digest: [u8; 32],
    },
    /// The node closed a finished job.
    Closed {
        #[serde(with = "serde_ext::address")]
        job: Address,
    },
    /// The node tallied a worker's work of an epoch: its own, or that of another whose node sleeps.
    WorkTallied {
        #[serde(with = "serde_ext::address")]
        worker: Address,
        epoch: u64,
        /// Weight of the work, in base units of the stake mint.
        #[serde(with = "serde_ext::amount")]
        weight: u64,
    },
    /// The node finalized an epoch.
    EpochFinalized { epoch: u64 },
    /// The node skipped an epoch without work.
    EpochSkipped { epoch: u64 },
    /// The node claimed the provider's rewards of these epochs.
    RewardsClaimed { epochs: Vec<u64> },
    /// A task cannot run here, now or at all, so the node does not claim or run it for a while.
    TaskSkipped {
        #[serde(with = "serde_ext::address")]
        job: Address,
        task: u32,
        reason: String,
    },
    /// Others cannot fetch the inputs that this node gives out, so that a requester which takes an input back can have this
    /// worker convicted. Reported once while the reason applies.
    ReadUrlUnusable { reason: String },
    /// The node holds a seat that it cannot deliver.
    SeatLost {
        #[serde(flatten)]
        seat: SeatId,
        reason: String,
    },
    /// The node key cannot pay the fees of its seats, or of any further claim. Reported once until it can again.
    InsufficientSol {
        #[serde(with = "serde_ext::address")]
        node: Address,
    },
    /// An action failed and will be tried again. Reported once while the failure lasts.
    Warning { reason: String },
    /// The node has stopped as requested.
    Stopped,
}

impl fmt::Display for NodeEvent {
    #[expect(
        clippy::too_many_lines,
        reason = "one sentence for each event, and nothing else"
    )]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started {
                node,
                worker,
                resumed,
                fuel_per_second,
            } => {
                write!(
                    f,
                    "node {node} works as {worker}, {resumed} results in its journal"
                )?;
                match fuel_per_second {
                    Some(rate) => write!(f, ", at least {rate} fuel a second"),
                    None => Ok(()),
                }
            }
            Self::Claimed { seat } => write!(f, "claimed {seat}"),
            Self::Executed {
                seat,
                exit_code,
                milliseconds,
                ..
            } => {
                let exit = ExitStatus::describe(*exit_code);
                write!(f, "ran {seat}: {exit} after {milliseconds} ms")
            }
            Self::Contributed { seat } => write!(f, "contributed {seat}"),
            Self::Opened { task, .. } => write!(f, "{task} is open"),
            Self::Published { task } => write!(f, "uploaded the result of {task}"),
            Self::CheckOpened { task } => write!(f, "opened the check of {task}"),
            Self::RoundOpened { task, seats } => {
                write!(
                    f,
                    "opened a round of {seats} on {task}, whose seats disagree"
                )
            }
            Self::RoundDecided {
                task,
                digest: Some(_),
            } => write!(f, "opened what was contributed on {task}"),
            Self::RoundDecided { task, digest: None } => {
                write!(f, "gave up the round on {task}, which has no majority")
            }
            Self::Attested {
                task, signatures, ..
            } => write!(f, "submitted {task} with {signatures} signatures"),
            Self::AttestationsMissing {
                task,
                signatures,
                needed,
                reasons,
            } => {
                let reasons = reasons.join("; ");
                write!(
                    f,
                    "has {signatures} of {needed} signatures for {task}, will ask again: {reasons}"
                )
            }
            Self::RaceLost { task } => write!(f, "somebody else was faster with {task}"),
            Self::JobSkipped { job, reason } => write!(f, "skipped job {job}: {reason}"),
            Self::Collected {
                seat,
                accepted: true,
            } => write!(f, "was paid for {seat}"),
            Self::Collected {
                seat,
                accepted: false,
            } => {
                write!(f, "got the bond of {seat} back")
            }
            Self::DelegationActivated { delegation, amount } => {
                write!(
                    f,
                    "let {amount} base units of the delegation {delegation} join the stake"
                )
            }
            Self::CollateralYielded { provider } => {
                write!(f, "gave collateral of {provider} back for its delegators")
            }
            Self::HeldCollected { mint, amount } => {
                write!(
                    f,
                    "moved {amount} base units of the mint {mint}, which the worker held, to the beneficiary"
                )
            }
            Self::Awarded { seat } => write!(f, "was awarded its part of the penalties for {seat}"),
            Self::Expired { job, task } => {
                write!(f, "ended what was overdue in task {task} of job {job}")
            }
            Self::Penalized { seat, worker } => {
                write!(f, "penalized worker {worker} for {seat}")
            }
            Self::TaskChecked {
                task, agrees: true, ..
            } => write!(f, "ran {task} again: the open result is right"),
            Self::TaskChecked {
                task,
                agrees: false,
                ..
            } => write!(f, "ran {task} again: the open result is WRONG"),
            Self::TaskUnchecked { task, reason } => {
                write!(f, "could not run {task} again: {reason}")
            }
            Self::ChallengeSent { seat, .. } => write!(f, "sent {seat}"),
            Self::Closed { job } => write!(f, "closed job {job}"),
            Self::WorkTallied {
                worker,
                epoch,
                weight,
            } => {
                write!(
                    f,
                    "tallied weight {weight} of worker {worker} in epoch {epoch}"
                )
            }
            Self::EpochFinalized { epoch } => write!(f, "finalized epoch {epoch}"),
            Self::EpochSkipped { epoch } => {
                write!(f, "skipped epoch {epoch}, in which nobody worked")
            }
            Self::RewardsClaimed { epochs } => {
                let epochs: Vec<String> = epochs.iter().map(u64::to_string).collect();
                write!(f, "claimed the rewards of epochs {}", epochs.join(", "))
            }
            Self::TaskSkipped { job, task, reason } => {
                write!(f, "skipped task {task} of job {job}: {reason}")
            }
            Self::ReadUrlUnusable { reason } => {
                write!(
                    f,
                    "WARNING, others cannot fetch the inputs that this node gives out: {reason}"
                )
            }
            Self::SeatLost { seat, reason } => write!(f, "cannot deliver {seat}: {reason}"),
            Self::InsufficientSol { node } => {
                write!(f, "the node key {node} has too little SOL to pay fees; send it some, the node keeps trying")
            }
            Self::Warning { reason } => write!(f, "warning, will retry: {reason}"),
            Self::Stopped => f.write_str("stopped"),
        }
    }
}
