//! `assay gov list`: lists the proposals.

use super::{actions::ActionReport, params, proposal, status_name};
use crate::{amount::U64String, output::format_time, Report, Result, Session};
use assay_governance::state::Proposal;
use serde::Serialize;
use std::fmt;

/// The proposals that were not closed, oldest first.
#[derive(Serialize)]
struct ProposalList {
    proposals: Vec<ProposalReport>,
}

impl fmt::Display for ProposalList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.proposals.is_empty() {
            return f.write_str("no proposals");
        }
        self.proposals
            .iter()
            .try_for_each(|proposal| writeln!(f, "{proposal}"))
    }
}

/// One proposal at one moment.
#[derive(Serialize)]
pub struct ProposalReport {
    proposal: u64,
    title: String,
    status: &'static str,
    actions: Vec<ActionReport>,
    /// Whether it needs twice the quorum and twice as much yes as no.
    heavy: bool,
    /// Whether votes may be secret until the voting has ended.
    secret: bool,
    yes: U64String,
    no: U64String,
    abstain: U64String,
    /// Least turnout.
    quorum: U64String,
    /// Least yes weight.
    threshold: U64String,
    /// Time from which the vote can be opened, and from which it no longer can, Unix seconds.
    opens_at: i64,
    open_until: i64,
    /// Times of a vote that is open, Unix seconds; 0 before.
    ends_at: i64,
    reveal_ends_at: i64,
    executable_at: i64,
    expires_at: i64,
}

impl ProposalReport {
    /// Reads the proposal with this index and reports it.
    pub fn fetch(session: &Session, index: u64) -> Result<Report> {
        let (_, found) = proposal(session, index)?;
        Report::new(&Self::of(&found, session.client.now()?))
    }

    fn of(proposal: &Proposal, now: i64) -> Self {
        let title = String::from_utf8_lossy(&proposal.title);
        Self {
            proposal: proposal.index.get(),
            title: title.trim_end_matches('\0').to_owned(),
            status: status_name(proposal.status(now)),
            actions: proposal
                .actions()
                .iter()
                .filter_map(ActionReport::of)
                .collect(),
            heavy: proposal.heavy != 0,
            secret: proposal.secret != 0,
            yes: U64String(proposal.tally.yes.get()),
            no: U64String(proposal.tally.no.get()),
            abstain: U64String(proposal.tally.abstain.get()),
            quorum: U64String(proposal.quorum.get()),
            threshold: U64String(proposal.threshold.get()),
            opens_at: proposal.opens_at.get(),
            open_until: proposal.open_until.get(),
            ends_at: proposal.ends_at.get(),
            reveal_ends_at: proposal.reveal_ends_at.get(),
            executable_at: proposal.executable_at.get(),
            expires_at: proposal.expires_at.get(),
        }
    }
}

impl fmt::Display for ProposalReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            proposal,
            title,
            status,
            yes,
            no,
            abstain,
            quorum,
            threshold,
            ..
        } = self;
        writeln!(f, "proposal {proposal} ({status}): {title}")?;
        for action in &self.actions {
            writeln!(f, "  {action}")?;
        }
        if self.ends_at == 0 {
            return write!(
                f,
                "  its vote can be opened from {} to {}",
                format_time(self.opens_at),
                format_time(self.open_until)
            );
        }
        writeln!(f, "  yes {yes}, no {no}, abstain {abstain}; needs {threshold} yes and a turnout of {quorum}")?;
        if self.heavy {
            writeln!(f, "  it needs twice as much yes as no")?;
        }
        write!(f, "  voting ends {}, ", format_time(self.ends_at))?;
        if self.secret {
            write!(f, "reveal ends {}, ", format_time(self.reveal_ends_at))?;
        }
        write!(
            f,
            "executable {} to {}",
            format_time(self.executable_at),
            format_time(self.expires_at)
        )
    }
}

pub fn run(session: &Session) -> Result<Report> {
    params(session)?;
    let now = session.client.now()?;
    let mut proposals = session.client.fetch_all::<Proposal>()?;
    proposals.sort_by_key(|(_, proposal)| proposal.index.get());
    Report::new(&ProposalList {
        proposals: proposals
            .iter()
            .map(|(_, p)| ProposalReport::of(p, now))
            .collect(),
    })
}
