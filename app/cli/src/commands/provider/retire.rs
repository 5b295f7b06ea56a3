//! `assay provider retire`: ends a provider, and returns every rent.

use super::find;
use crate::{
    amount::MintInfo, commands::delegate, crank_sender::CrankSender, output::format_time, CliError,
    Report, Result, Session,
};
use assay_client::{
    cranks::TxPlan,
    instruction::staking::{
        begin_retirement, claim_owner_rewards, retire_provider, withdraw_stake,
    },
    pda::staking,
    Address, Keypair, Signer as _,
};
use assay_staking::{error::StakingError, state::Provider};
use serde::Serialize;
use std::fmt;

/// How far the end of a provider has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// The notice runs.
    Announced,
    /// The notice is over; somebody still has stake, rewards or an account in the provider.
    Waiting,
    /// The provider is closed.
    Closed,
}

#[derive(Serialize)]
struct RetireReport {
    provider: String,
    state: State,
    /// Time at which the notice is over, Unix seconds.
    retires_at: i64,
    /// Number of delegations that are still open.
    delegations: u32,
}

impl fmt::Display for RetireReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let provider = &self.provider;
        match self.state {
            State::Announced => write!(
                f,
                "{provider} retires at {}; unbond your stake meanwhile, and run this command again then",
                format_time(self.retires_at)
            ),
            State::Waiting => write!(
                f,
                "{provider} cannot be closed yet: {} delegations are open, or stake of yours has not matured; run this command again later",
                self.delegations
            ),
            State::Closed => write!(f, "{provider} is closed; its rent is in the wallet"),
        }
    }
}

pub fn run(session: &Session) -> Result<Report> {
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let found = find(session, &owner)?;
    let now = session.client.now()?;
    let state = if !found.is_retiring() {
        begin(session, &wallet, &found)?;
        State::Announced
    } else if !found.is_retired(now) {
        State::Announced
    } else {
        let address = staking::provider(&owner);
        delegate::show_out(session, &wallet, &address)?;
        pay_owner(session, &wallet, &address)?;
        close(session, &wallet, &address)?
    };
    let left: Option<Provider> = session.client.try_fetch(&staking::provider(&owner))?;
    Report::new(&RetireReport {
        provider: staking::provider(&owner).to_string(),
        state,
        retires_at: left.as_ref().unwrap_or(&found).retires_at.get(),
        delegations: left.map_or(0, |left| left.delegations.get()),
    })
}

fn begin(session: &Session, wallet: &Keypair, found: &Provider) -> Result<()> {
    let allocated = found.allocated.get();
    if allocated > 0 {
        let allocated = MintInfo::assay().amount(allocated);
        return Err(CliError::insufficient(format!(
            "{allocated} of the stake are collateral; free them with `assay provider collateral remove` first"
        )));
    }
    session.send(&[begin_retirement(wallet.pubkey())], &[wallet], 0)?;
    Ok(())
}

/// Pays the owner's matured stake and its rewards.
fn pay_owner(session: &Session, wallet: &Keypair, provider: &Address) -> Result<()> {
    let (assay, owner) = (MintInfo::assay(), wallet.pubkey());
    let mut sender = CrankSender::new(session, wallet);
    loop {
        let mut found: Provider = session.client.fetch(provider)?;
        let now = session.client.now()?;
        let has_matured = found.own.withdraw(now).is_ok();
        found.settle(now).map_err(CliError::rule)?;
        let mut plan = TxPlan::default();
        if has_matured {
            plan.rent = session.ata_rent(&assay, &owner)?;
            plan.instructions.push(assay.create_ata(&owner, &owner));
            plan.instructions.push(withdraw_stake(owner, &assay.mint));
        }
        if found.owner_rewards.get() > 0 {
            let to = found.beneficiary;
            plan.rent = plan.rent.saturating_add(session.ata_rent(&assay, &to)?);
            plan.instructions.push(assay.create_ata(&owner, &to));
            let claim = claim_owner_rewards(&owner, &to, &assay.mint);
            plan.instructions.push(claim);
        }
        if plan.is_empty() || sender.send(&plan)? {
            return Ok(());
        }
    }
}

fn close(session: &Session, wallet: &Keypair, provider: &Address) -> Result<State> {
    let found: Provider = session.client.fetch(provider)?;
    match found.check_retired(session.client.now()?) {
        Ok(()) => {
            let (owner, mint) = (wallet.pubkey(), MintInfo::assay().mint);
            session.send(&[retire_provider(owner, mint)], &[wallet], 0)?;
            Ok(State::Closed)
        }
        Err(StakingError::ProviderNotEmpty) => Ok(State::Waiting),
        Err(other) => Err(CliError::rule(other)),
    }
}
