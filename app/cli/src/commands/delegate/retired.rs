//! The delegators of a provider that has retired: their tokens return to them, and their accounts are closed.

use super::{
    delegations_to, params,
    tickets::{oldest_mature, Tickets},
};
use crate::{amount::MintInfo, crank_sender::CrankSender, CliError, Result, Session};
use assay_client::{
    account_size,
    cranks::TxPlan,
    instruction::staking::{
        claim_rewards, close_delegation, mature_bucket, undelegate, withdraw_pending,
    },
    Address, Keypair,
};
use assay_staking::state::{
    span_end, Delegation, Matured, Params, Provider, Ticket, DELEGATED_PARTS,
};

/// Pays out and closes what can be: tokens that wait, rewards, matured tickets. Active stake begins to unbond. Anyone may.
pub fn show_out(session: &Session, wallet: &Keypair, provider: &Address) -> Result<()> {
    let params = params(session)?;
    for delegation in delegations_to(session, provider)? {
        let mut sender = CrankSender::new(session, wallet);
        let found: Provider = session.client.fetch(provider)?;
        let guest = Guest {
            session,
            payer: sender.payer(),
            provider: *provider,
            found,
            delegation,
        };
        sender.send(&guest.plan(&params, session.client.now()?)?)?;
    }
    let now = session.client.now()?;
    for ticket in Tickets::of_provider(session, provider)?.0 {
        if ticket.is_mature(now) {
            let mut sender = CrankSender::new(session, wallet);
            sender.send(&ticket.plan(session, &sender.payer())?)?;
        }
    }
    Ok(())
}

/// A delegator that is shown out.
struct Guest<'a> {
    session: &'a Session,
    payer: Address,
    provider: Address,
    found: Provider,
    delegation: Delegation,
}

impl Guest<'_> {
    /// Plans to pay out what waits and what was earned, to unbond the stake, and to close the delegation. While a stream runs the
    /// last two wait.
    fn plan(&self, params: &Params, now: i64) -> Result<TxPlan> {
        let (assay, client) = (MintInfo::assay(), &self.session.client);
        let (owner, provider) = (self.delegation.owner, &self.provider);
        let mut plan = TxPlan {
            instructions: vec![
                assay.create_ata(&self.payer, &owner),
                claim_rewards(&owner, provider, &assay.mint),
            ],
            rent: self.session.ata_rent(&assay, &owner)?,
        };
        if self.delegation.pending.get() > 0 {
            let back = withdraw_pending(owner, provider, &assay.mint);
            plan.instructions.push(back);
        }
        let shares = self.delegation.shares.get();
        if shares > 0 && self.delegation.is_alive(self.found.generation.get()) {
            let (found, is_owner) = (&self.found, self.payer == owner);
            let may_leave = found.check_leave(&self.delegation, shares, is_owner, now);
            if may_leave.is_err() {
                // Rewards still come to these shares. They stay until the stream has ended.
                return Ok(plan);
            }
            let period = params.unbonding_period.get();
            let (_, matures_at) = span_end(now, period, DELEGATED_PARTS).map_err(CliError::rule)?;
            if let Some(mature) = self.in_the_way(matures_at, now) {
                plan.instructions
                    .push(mature_bucket(self.payer, provider, mature));
                let rent = client.minimum_balance(account_size::<Matured>())?;
                plan.rent = plan.rent.saturating_add(rent);
            }
            let leave = undelegate(self.payer, &owner, provider, shares, matures_at);
            plan.instructions.push(leave);
            let rent = client.minimum_balance(account_size::<Ticket>())?;
            plan.rent = plan.rent.saturating_add(rent);
        }
        plan.instructions.push(close_delegation(owner, provider));
        Ok(plan)
    }

    /// Returns when a bucket matured that must leave, because no place is left for the one that matures at `matures_at`.
    fn in_the_way(&self, matures_at: i64, now: i64) -> Option<i64> {
        let buckets = &self.found.buckets;
        let has_place = buckets
            .iter()
            .any(|bucket| bucket.is_free() || bucket.matures_at.get() == matures_at);
        if has_place {
            return None;
        }
        oldest_mature(&self.found, now)
    }
}
