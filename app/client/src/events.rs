//! Decodes the events of the four programs from the log lines of a transaction.
//!
//! Every program on Solana can log any bytes, so an event counts only if the program that declares it was running. The
//! runtime's own lines tell which one was.

use anchor_lang::{Address, Discriminator};
use base64::{prelude::BASE64_STANDARD, Engine as _};
use bytemuck::AnyBitPattern;

/// Declares the events of one program.
macro_rules! program_events {
    ($(#[$meta:meta])* $events:ident, $program:ident of $krate:ident { $($event:ident,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy)]
        // Events are decoded, read and dropped one by one, so that a box for the large ones would save nothing.
        #[allow(
            clippy::large_enum_variant,
            missing_docs,
            reason = "an event is read once and documented in its program"
        )]
        pub enum $events {
            $($event($krate::event::$event),)+
        }

        impl $events {
            /// The names of the program's events.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($event)),+];

            /// Decodes logged bytes: discriminator and fields. Returns `None` if they are no event of this program.
            pub fn decode(data: &[u8]) -> Option<Self> {
                None$(.or_else(|| read(data).map(Self::$event)))+
            }

            /// Returns the event's name.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$event(_) => stringify!($event),)+ }
            }
        }

        $(impl TryFrom<Event> for $krate::event::$event {
            /// The name of the event that was found instead.
            type Error = &'static str;

            fn try_from(event: Event) -> Result<Self, Self::Error> {
                match event {
                    Event::$program($events::$event(event)) => Ok(event),
                    other => Err(other.name()),
                }
            }
        })+
    };
}

program_events! {
    /// An event of the staking program.
    StakingEvent, Staking of assay_staking {
        StakingInitialized,
        ProviderRegistered,
        ProviderUpdated,
        BeneficiarySet,
        CommissionSet,
        Staked,
        UnbondBegun,
        UnbondCancelled,
        StakeWithdrawn,
        Delegated,
        DelegationActivated,
        PendingWithdrawn,
        UndelegationRequested,
        Undelegated,
        BucketMatured,
        TicketWithdrawn,
        RewardsFunded,
        RewardsSettled,
        StreamEnded,
        RewardsClaimed,
        OwnerRewardsClaimed,
        DelegationClosed,
        Allocated,
        Deallocated,
        Yielded,
        Slashed,
        GenerationEnded,
        RetirementBegun,
        ProviderRetired,
        PauseSet,
        ExposureSet,
        ParamSet,
        AttesterSetOpened,
        AttesterSetClosed,
        CredentialIssued,
        CredentialRevoked,
    }
}

program_events! {
    /// An event of the market program.
    MarketEvent, Market of assay_market {
        MarketInitialized,
        AuthorityOffered,
        AuthoritySet,
        ParamSet,
        PauseSet,
        MintAllowed,
        MintSet,
        WorkerOpened,
        WorkerUpdated,
        WorkerSynced,
        CollateralAdded,
        CollateralRemoved,
        CollateralYielded,
        JobPosted,
        JobExtended,
        TasksCancelled,
        TaskClaimed,
        Contributed,
        SeatDrawn,
        TaskOpened,
        TaskExpired,
        CheckOpened,
        RoundOpened,
        RoundClaimed,
        RoundContributed,
        RoundDecided,
        DisputeCounted,
        Collected,
        PayHeld,
        HeldCollected,
        CheckCollected,
        Penalized,
        Awarded,
        RoundClosed,
        JobClosed,
        WorkTallied,
        WorkClosed,
        TaskAttested,
    }
}

program_events! {
    /// An event of the rewards program.
    RewardsEvent, Rewards of assay_rewards {
        EmissionCreated,
        ParamSet,
        EpochFinalized,
        EpochSkipped,
        ClaimRecordOpened,
        EpochClaimed,
        RewardsPaid,
        EpochClosed,
        ClaimRecordClosed,
        ModuleRegistered,
        ModuleOffered,
        ModuleAccepted,
        ModuleRetired,
        ReceiptWritten,
        ReceiptClosed,
    }
}

program_events! {
    /// An event of the governance program.
    GovernanceEvent, Governance of assay_governance {
        GovernanceInitialized,
        Locked,
        LockRenewed,
        UnlockBegun,
        LockWithdrawn,
        ProposalPublished,
        VoteOpened,
        Voted,
        SecretVoteCast,
        VoteRevealed,
        VoteClosed,
        ProposalExecuted,
        ProposalVetoed,
        ProgramUpgraded,
        BufferReturned,
        Spent,
        GrantPaid,
        GrantClosed,
        ProposalClosed,
        OperationPaused,
        PauseLifted,
        GuardianOffered,
        GuardianAccepted,
        ProgramAccepted,
        ParamSet,
    }
}

/// An event of one of the four programs.
#[derive(Clone, Copy)]
#[allow(clippy::large_enum_variant, reason = "an event is read once")]
pub enum Event {
    /// Emitted by the staking program.
    Staking(StakingEvent),
    /// Emitted by the market program.
    Market(MarketEvent),
    /// Emitted by the rewards program.
    Rewards(RewardsEvent),
    /// Emitted by the governance program.
    Governance(GovernanceEvent),
}

impl Event {
    /// Decodes bytes that `program` logged. Returns `None` if it is not one of the four programs, or if the bytes are no
    /// event of it.
    pub fn decode(program: &Address, data: &[u8]) -> Option<Self> {
        if *program == assay_staking::ID {
            StakingEvent::decode(data).map(Self::Staking)
        } else if *program == assay_market::ID {
            MarketEvent::decode(data).map(Self::Market)
        } else if *program == assay_rewards::ID {
            RewardsEvent::decode(data).map(Self::Rewards)
        } else if *program == assay_governance::ID {
            GovernanceEvent::decode(data).map(Self::Governance)
        } else {
            None
        }
    }

    /// Returns the event's name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Staking(event) => event.name(),
            Self::Market(event) => event.name(),
            Self::Rewards(event) => event.name(),
            Self::Governance(event) => event.name(),
        }
    }
}

/// Returns the events in the log lines of one transaction, in the order in which they were emitted.
///
/// Use the logs of successful transactions only: a failed one logs events too, but changes nothing. Of a log that the
/// runtime has cut off ([`is_truncated`]) the later events are missing.
pub fn decode_logs<S: AsRef<str>>(logs: &[S]) -> Vec<Event> {
    let mut running = InvokeStack::default();
    let mut events = Vec::new();
    for line in logs {
        match Line::parse(line.as_ref()) {
            Line::Data(text) => {
                let data = BASE64_STANDARD.decode(text).ok();
                let event = running.top().zip(data);
                events.extend(event.and_then(|(program, data)| Event::decode(program, &data)));
            }
            Line::Invoke { program, depth } => running.enter(program, depth),
            Line::Return => running.leave(),
            Line::Other => {}
        }
    }
    events
}

/// Returns true if the runtime has cut the log off because it was too long.
pub fn is_truncated<S: AsRef<str>>(logs: &[S]) -> bool {
    logs.iter().any(|line| line.as_ref() == "Log truncated")
}

/// One log line, as far as events are concerned.
enum Line<'a> {
    /// The running program logs bytes, in base64.
    Data(&'a str),
    /// The runtime calls a program; the program of the transaction's instruction has the depth 1.
    Invoke {
        program: Address,
        depth: usize,
    },
    /// The running program ends.
    Return,
    Other,
}

impl<'a> Line<'a> {
    /// A program chooses the text of its own lines, but not how they begin: with `Program log: ` or `Program data: `. The
    /// runtime's lines name a program's address at the same place.
    fn parse(line: &'a str) -> Self {
        let Some(rest) = line.strip_prefix("Program ") else {
            return Self::Other;
        };
        if let Some(text) = rest.strip_prefix("data: ") {
            return Self::Data(text);
        }
        let Some((program, rest)) = rest.split_once(' ') else {
            return Self::Other;
        };
        let Ok(program) = program.parse::<Address>() else {
            return Self::Other;
        };
        let depth = rest
            .strip_prefix("invoke [")
            .and_then(|rest| rest.strip_suffix(']'))
            .and_then(|depth| depth.parse().ok());
        match depth {
            Some(depth) => Self::Invoke { program, depth },
            None if rest == "success" || rest.starts_with("failed: ") => Self::Return,
            None => Self::Other,
        }
    }
}

/// The programs that have called each other and not returned yet.
#[derive(Default)]
struct InvokeStack(Vec<Address>);

impl InvokeStack {
    fn enter(&mut self, program: Address, depth: usize) {
        self.0.truncate(depth.saturating_sub(1));
        self.0.push(program);
    }

    fn leave(&mut self) {
        self.0.pop();
    }

    /// Returns the running program.
    fn top(&self) -> Option<&Address> {
        self.0.last()
    }
}

/// Reads the bytes of an event of type `E`: its discriminator, then exactly its fields.
fn read<E: Discriminator + AnyBitPattern>(data: &[u8]) -> Option<E> {
    let body = data.strip_prefix(E::DISCRIMINATOR)?;
    bytemuck::try_pod_read_unaligned(body).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use anchor_lang::Event as _;
    use assay_market::event::{Collected, ParamSet as MarketParamSet};
    use assay_staking::event::{ParamSet as StakingParamSet, Slashed};
    use std::collections::BTreeSet;

    fn invoke(program: Address, depth: usize) -> String {
        format!("Program {program} invoke [{depth}]")
    }

    fn success(program: Address) -> String {
        format!("Program {program} success")
    }

    /// Returns the line that a program logs when it emits an event.
    fn emit(event: &impl anchor_lang::Event) -> String {
        format!("Program data: {}", BASE64_STANDARD.encode(event.data()))
    }

    fn names(logs: &[String]) -> Vec<(&'static str, &'static str)> {
        let program = |event: &Event| match event {
            Event::Staking(_) => "staking",
            Event::Market(_) => "market",
            Event::Rewards(_) => "rewards",
            Event::Governance(_) => "governance",
        };
        let events = decode_logs(logs);
        events.iter().map(|e| (program(e), e.name())).collect()
    }

    fn market_param() -> MarketParamSet {
        MarketParamSet {
            value: 300.into(),
            param: 4,
        }
    }

    fn staking_param() -> StakingParamSet {
        StakingParamSet {
            value: 9.into(),
            param: 1,
        }
    }

    fn collected() -> Collected {
        Collected {
            job: Address::new_from_array([1; 32]),
            worker: Address::new_from_array([2; 32]),
            paid: 3.into(),
            weight: 4.into(),
            seats: 6.into(),
        }
    }

    #[test]
    fn the_bytes_of_an_event_are_read_field_by_field() {
        let mut data = Collected::DISCRIMINATOR.to_vec();
        data.extend_from_slice(&[1; 32]);
        data.extend_from_slice(&[2; 32]);
        for field in [3u64, 4] {
            data.extend_from_slice(&field.to_le_bytes());
        }
        data.extend_from_slice(&6u32.to_le_bytes());
        assert_eq!(data, collected().data(), "the program writes these bytes");

        let event = Event::decode(&assay_market::ID, &data).unwrap();
        let event = Collected::try_from(event).unwrap();
        assert_eq!(event.job, Address::new_from_array([1; 32]));
        assert_eq!(event.worker, Address::new_from_array([2; 32]));
        assert_eq!((event.paid.get(), event.weight.get()), (3, 4));
        assert_eq!(event.seats.get(), 6);

        for wrong in [&data[..data.len() - 1], &[&data[..], &[0]].concat(), &[]] {
            assert!(Event::decode(&assay_market::ID, wrong).is_none());
        }
    }

    #[test]
    fn a_known_line_of_a_transaction_is_read() {
        // sha256("event:EpochSkipped")[..8], then the epoch 7 in eight bytes, computed outside this repository.
        let logs = [
            invoke(assay_rewards::ID, 1),
            "Program data: 7vyiNN9vCnEHAAAAAAAAAA==".to_owned(),
            success(assay_rewards::ID),
        ];
        let [event] = decode_logs(&logs)[..] else {
            panic!("one event");
        };
        let event = assay_rewards::event::EpochSkipped::try_from(event).unwrap();
        assert_eq!(event.epoch.get(), 7);
    }

    #[test]
    fn the_running_program_tells_whose_event_it_is() {
        let (market, staking) = (assay_market::ID, assay_staking::ID);
        let logs = [
            invoke(market, 1),
            emit(&market_param()),
            invoke(staking, 2),
            emit(&staking_param()),
            "Program log: a text".to_owned(),
            format!("Program {staking} consumed 12 of 200000 compute units"),
            success(staking),
            emit(&collected()),
            success(market),
            invoke(staking, 1),
            emit(&staking_param()),
            success(staking),
        ];
        let expected = [
            ("market", "ParamSet"),
            ("staking", "ParamSet"),
            ("market", "Collected"),
            ("staking", "ParamSet"),
        ];
        assert_eq!(names(&logs), expected);
    }

    #[test]
    fn an_inner_call_that_failed_returns_to_its_caller() {
        let (market, staking) = (assay_market::ID, assay_staking::ID);
        let logs = [
            invoke(market, 1),
            invoke(staking, 2),
            format!("Program {staking} failed: custom program error: 0x1"),
            emit(&market_param()),
        ];
        assert_eq!(names(&logs), [("market", "ParamSet")]);
    }

    #[test]
    fn another_program_cannot_forge_an_event() {
        let (market, other) = (assay_market::ID, Address::new_from_array([9; 32]));
        let forged = emit(&collected());
        let texts = [
            invoke(market, 2),
            "invoke [1]".to_owned(),
            "success".to_owned(),
            "failed: nothing".to_owned(),
        ];
        let mut logs = vec![invoke(other, 1), forged.clone()];
        for text in texts {
            logs.push(format!("Program log: {text}"));
            logs.push(forged.clone());
        }
        logs.push(format!("Program return: {market} AAAA"));
        logs.push(forged.clone());
        // Its own inner call of the market must not lend it the market's name afterwards.
        logs.extend([invoke(market, 2), success(market), forged.clone()]);
        logs.push(success(other));
        logs.push(forged);
        assert_eq!(names(&logs), []);
    }

    #[test]
    fn an_event_of_one_program_is_none_under_another() {
        let data = collected().data();
        assert!(Event::decode(&assay_staking::ID, &data).is_none());
        assert!(Event::decode(&Address::default(), &data).is_none());
        let event = Event::decode(&assay_market::ID, &data).unwrap();
        assert_eq!(Slashed::try_from(event).err(), Some("Collected"));
    }

    #[test]
    fn a_log_that_was_cut_off_is_told_apart() {
        assert!(is_truncated(&["Program log: a", "Log truncated"]));
        assert!(!is_truncated(&["Program log: Log truncated"]));
    }

    #[test]
    fn every_event_of_the_idls_can_be_decoded() {
        let programs = [
            (
                include_str!("../../../idls/assay_staking.json"),
                StakingEvent::NAMES,
            ),
            (
                include_str!("../../../idls/assay_market.json"),
                MarketEvent::NAMES,
            ),
            (
                include_str!("../../../idls/assay_rewards.json"),
                RewardsEvent::NAMES,
            ),
            (
                include_str!("../../../idls/assay_governance.json"),
                GovernanceEvent::NAMES,
            ),
        ];
        for (idl, names) in programs {
            let idl: serde_json::Value = serde_json::from_str(idl).unwrap();
            let declared = idl["events"].as_array().unwrap().iter();
            let declared: BTreeSet<&str> = declared.map(|e| e["name"].as_str().unwrap()).collect();
            assert_eq!(declared, names.iter().copied().collect());
        }
    }
}
