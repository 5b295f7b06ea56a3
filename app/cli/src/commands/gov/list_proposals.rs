use super::{param_name, params, proposal, status_name};
use crate::{amount::Exact, time::format_time, Outcome, Result, Session};
use assay_governance::state::Proposal;
use serde::Serialize;
use std::fmt;

/// Every proposal that was not closed.
#[derive(Serialize)]
struct Proposals {
    proposals: Vec<Line>,
}

impl fmt::Display for Proposals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.proposals.is_empty() {
            return f.write_str("no proposals");
        }
        self.proposals
            .iter()
            .try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// One proposal at one moment.
#[derive(Serialize)]
pub struct Line {
    proposal: u64,
    title: String,
    status: &'static str,
    changes: Vec<Change>,
    yes: Exact,
    no: Exact,
    abstain: Exact,
    /// Least turnout and least yes weight.
    quorum: Exact,
    threshold: Exact,
    ends_at: i64,
    executable_at: i64,
    expires_at: i64,
}

#[derive(Serialize)]
struct Change {
    /// `program.name`.
    parameter: String,
    value: Exact,
}

impl Line {
    /// The proposal with this index as it stands now.
    pub fn now(session: &Session, index: u64) -> Result<Outcome> {
        let (_, found) = proposal(session, index)?;
        Outcome::ok(&Self::of(&found, session.client.now()?))
    }

    fn of(proposal: &Proposal, now: i64) -> Self {
        let changes = proposal.actions().iter().filter_map(|action| {
            Some(Change {
                parameter: param_name(action.target().ok()?, action.param),
                value: Exact(action.value.get()),
            })
        });
        let title = String::from_utf8_lossy(&proposal.title);
        Self {
            proposal: proposal.index.get(),
            title: title.trim_end_matches('\0').to_owned(),
            status: status_name(proposal.status(now)),
            changes: changes.collect(),
            yes: Exact(proposal.tally.yes.get()),
            no: Exact(proposal.tally.no.get()),
            abstain: Exact(proposal.tally.abstain.get()),
            quorum: Exact(proposal.quorum.get()),
            threshold: Exact(proposal.threshold.get()),
            ends_at: proposal.ends_at.get(),
            executable_at: proposal.executable_at.get(),
            expires_at: proposal.expires_at.get(),
        }
    }
}

impl fmt::Display for Line {
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
        for Change { parameter, value } in &self.changes {
            writeln!(f, "  set {parameter} to {value}")?;
        }
        writeln!(f, "  yes {yes}, no {no}, abstain {abstain}; needs {threshold} yes and a turnout of {quorum}")?;
        write!(
            f,
            "  voting ends {}, executable {} to {}",
            format_time(self.ends_at),
            format_time(self.executable_at),
            format_time(self.expires_at)
        )
    }
}

pub fn run(session: &Session) -> Result<Outcome> {
    params(session)?;
    let now = session.client.now()?;
    let mut proposals = session.client.fetch_all::<Proposal>()?;
    proposals.sort_by_key(|(_, proposal)| proposal.index.get());
    Outcome::ok(&Proposals {
        proposals: proposals.iter().map(|(_, p)| Line::of(p, now)).collect(),
    })
}
