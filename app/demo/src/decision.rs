//! A decision by vote: proposed, opened after its notice, voted on in the open or in secret, and ready to be executed.

use crate::{
    check,
    environment::{log_step, Environment},
    formulas::ASSAY,
    participants::Participants,
};
use anyhow::Result;
use assay_client::{
    pda::{governance, rewards},
    Address,
};
use assay_governance::state::{Params, Proposal};
use assay_harness::processes::json_whole;

/// Whole ASSAY that the voter locks, and for how many days.
const LOCK: u64 = 25_000;
const LOCK_DAYS: u64 = 1_460;

/// How a vote is cast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ballot {
    Open,
    /// The side shows only after the voting.
    Secret,
}

/// Locks the voter's tokens, the only ones that are. Returns the weight of the lock.
pub fn lock(env: &Environment, participants: &Participants) -> Result<u64> {
    log_step("locking ASSAY for votes");
    let (amount, duration) = (LOCK.to_string(), format!("{LOCK_DAYS}d"));
    let lock = ["gov", "lock", &amount, &duration];
    participants.voter.cli.try_json(&lock)?;
    let weight = env.formulas.lock_weight(LOCK * ASSAY, LOCK_DAYS * 86_400)?;
    let params: Params = env.client.fetch(&governance::params())?;
    check::equal("weight of the lock", params.total_weight.get(), weight)?;
    Ok(weight)
}

/// A proposal that passed.
pub struct Decision {
    pub index: u64,
    pub proposal: Proposal,
}

impl Decision {
    /// Proposes what `arguments` of `assay gov propose` say, lets the only lock, of this `weight`, vote yes, and waits until the
    /// proposal can be executed.
    pub fn make(
        env: &Environment,
        participants: &Participants,
        arguments: &[&str],
        (weight, ballot): (u64, Ballot),
    ) -> Result<Self> {
        let voter = |arguments: &[&str]| participants.voter.cli.try_json(arguments);
        let mut propose = vec!["gov", "propose"];
        propose.extend(arguments);
        if ballot == Ballot::Secret {
            propose.push("--secret");
        }
        let index = json_whole(&voter(&propose)?["proposal"])?;
        let (number, address) = (index.to_string(), governance::proposal(index));
        log_step("the clock moves past the notice; anyone opens the vote");
        env.advance_to(read(env, &address)?.opens_at.get())?;
        let anyone = &participants.requester.cli;
        anyone.try_json(&["gov", "open", &number])?;
        match ballot {
            Ballot::Open => drop(voter(&["gov", "vote", &number, "yes"])?),
            Ballot::Secret => {
                voter(&["gov", "vote", &number, "yes", "--secret"])?;
                let hidden = sides(&read(env, &address)?);
                check::equal("a secret yes shows as abstained", hidden, [0, 0, weight])?;
                log_step("the voting ends, and the vote is revealed");
                env.advance_to(read(env, &address)?.ends_at.get())?;
                voter(&["gov", "reveal", &number])?;
            }
        }
        let proposal = read(env, &address)?;
        check_vote(env, &proposal, weight, ballot)?;
        log_step("the clock moves past the vote and its hold-up");
        env.advance_to(proposal.executable_at.get())?;
        Ok(Self { index, proposal })
    }

    /// Executes the proposal, as anyone may. `more` are further arguments of `assay gov execute`.
    pub fn execute(&self, participants: &Participants, more: &[&str]) -> Result<()> {
        let number = self.index.to_string();
        let mut execute = vec!["gov", "execute", &number];
        execute.extend(more);
        participants.requester.cli.try_json(&execute).map(drop)
    }
}

fn read(env: &Environment, proposal: &Address) -> Result<Proposal> {
    Ok(env.client.fetch(proposal)?)
}

/// Returns the weights that say yes, no and abstain.
fn sides(proposal: &Proposal) -> [u64; 3] {
    let tally = &proposal.tally;
    [tally.yes.get(), tally.no.get(), tally.abstain.get()]
}

/// Checks the tally and the thresholds of a proposal for which the only lock has voted yes.
fn check_vote(env: &Environment, proposal: &Proposal, weight: u64, ballot: Ballot) -> Result<()> {
    let rules = &env.formulas.cluster.governance;
    check::equal("yes, no, abstain", sides(proposal), [weight, 0, 0])?;
    let quorum = env.formulas.quorum(weight)?;
    let quorum = match proposal.heavy {
        0 => quorum,
        _ => weight.min(2 * quorum),
    };
    check::equal("least turnout", proposal.quorum.get(), quorum)?;
    let threshold = env.formulas.threshold(env.supply(&rewards::mint())?)?;
    check::equal("least yes weight", proposal.threshold.get(), threshold)?;
    check::holds("it passes", weight >= quorum && weight >= threshold)?;
    let ends = proposal.ends_at.get();
    let voting = ends - proposal.opened_at.get();
    let waiting = proposal.executable_at.get() - ends;
    let (vote, hold_up) = (rules.voting_time.0, rules.hold_up.0);
    let due = match ballot {
        Ballot::Open => [vote, hold_up],
        Ballot::Secret => [vote, vote + hold_up],
    };
    let what = "seconds of voting, and from there to the execution";
    check::equal(what, [voting, waiting].map(i128::from), due.map(i128::from))
}
