//! A grant of the treasury to somebody who has no token account, decided by secret ballot.

use crate::{
    check,
    decision::{Ballot, Decision},
    environment::{log_step, Environment},
    expected::Expected,
    participants::Participants,
};
use anyhow::Result;
use assay_client::{
    format::format_amount,
    pda::{self, rewards},
};
use assay_rewards::instructions::DECIMALS;

/// The share of what the treasury holds that is granted; a vote may grant twice as much.
const SHARE: u64 = 20;

/// What the vote on the grant led to.
pub struct Granted {
    /// What the recipient received, base units of ASSAY.
    pub amount: u64,
    /// Yes of the secret ballot after it was revealed.
    pub secret_yes: u64,
}

impl Granted {
    /// Proposes, votes in secret, reveals, executes, and lets anyone send the recipient its grant. The only lock has this `weight`.
    pub fn by_secret_ballot(
        env: &Environment,
        participants: &Participants,
        weight: u64,
        expected: &mut Expected,
    ) -> Result<Self> {
        log_step("voting in secret for a grant to gilda, who has no token account");
        let (client, gilda) = (&env.client, &participants.grantee.address);
        let ata = pda::ata(gilda, &rewards::mint());
        check::holds("gilda has no account", client.account(&ata)?.is_none())?;
        let amount = client.token_balance(&rewards::treasury())? / SHARE;
        let (to, typed) = (gilda.to_string(), format_amount(amount, DECIMALS));
        let propose = ["grant", &to, &typed, "--title", "For gilda's verifier"];
        let decision = Decision::make(env, participants, &propose, (weight, Ballot::Secret))?;
        let before = client.token_balance(&rewards::treasury())?;
        decision.execute(participants, &[])?;
        let after = client.token_balance(&rewards::treasury())?;
        check::equal("set aside out of the treasury", before - after, amount)?;
        participants
            .voter
            .cli
            .try_json(&["gov", "grant", "claim", &to])?;
        let received = client.token_balance(&ata)?;
        check::equal("gilda received", received, amount)?;
        expected.granted += amount;
        Ok(Self {
            amount: received,
            secret_yes: decision.proposal.tally.yes.get(),
        })
    }
}
