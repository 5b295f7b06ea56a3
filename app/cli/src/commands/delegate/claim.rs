//! `assay delegate claim`: pays what delegations have earned.

use super::{delegations_of, fetch_delegation, ProviderArg};
use crate::{
    amount::{MintInfo, TokenAmount},
    crank_sender::CrankSender,
    keypair::AddressArg,
    CliError, Report, Result, Session,
};
use assay_client::{
    cranks::TxPlan, instruction::staking::claim_rewards_to, Address, Keypair, Signer as _,
};
use assay_staking::state::Delegation;
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "What a provider's stake earned comes over the ten epochs after a claim, in proportion to the stake of each moment.

Example:
  assay --keypair ada.json delegate claim"
)]
pub struct Args {
    /// Owner of one provider: address or keypair file. Default: all to which the wallet has delegated.
    provider: Option<AddressArg>,
    /// Token account that is paid instead of the wallet's associated token account.
    #[arg(long, value_name = "ADDRESS")]
    to: Option<AddressArg>,
}

/// What one delegation was paid.
#[derive(Clone, Debug, Serialize)]
pub struct Earned {
    pub provider: String,
    pub amount: TokenAmount,
}

#[derive(Serialize)]
struct ClaimReport {
    delegations: Vec<Earned>,
    paid: TokenAmount,
}

impl fmt::Display for ClaimReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Earned { provider, amount } in &self.delegations {
            writeln!(f, "delegation to {provider}: {amount}")?;
        }
        write!(f, "paid {}", self.paid)
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let delegations = match args.provider {
        None => delegations_of(session, &owner)?,
        Some(provider) => {
            let (address, _) = ProviderArg { provider }.fetch(session)?;
            vec![fetch_delegation(session, &address, &owner)?]
        }
    };
    if delegations.is_empty() {
        return Err(CliError::not_found(
            "the wallet has delegated nothing; start with `assay delegate add`",
        ));
    }
    let claimer = Claimer {
        session,
        wallet: &wallet,
        owner,
        to: args.to.map(|AddressArg(address)| address),
    };
    let delegations = claimer.claim(&delegations)?;
    let paid = delegations.iter().map(|earned| earned.amount.units);
    Report::new(&ClaimReport {
        paid: MintInfo::assay().amount(paid.fold(0, u64::saturating_add)),
        delegations,
    })
}

/// Who claims, and for whom.
pub struct Claimer<'a> {
    pub session: &'a Session,
    pub wallet: &'a Keypair,
    /// The delegator.
    pub owner: Address,
    /// Token account that the delegator chose, who signs then; none for the associated one.
    pub to: Option<Address>,
}

impl Claimer<'_> {
    /// Pays what each delegation of the owner has earned so far.
    pub fn claim_all(&self) -> Result<Vec<Earned>> {
        self.claim(&delegations_of(self.session, &self.owner)?)
    }

    fn claim(&self, delegations: &[Delegation]) -> Result<Vec<Earned>> {
        let client = &self.session.client;
        let destination = self.destination(&self.owner);
        let mut earned = Vec::new();
        for delegation in delegations {
            let provider = delegation.provider;
            let units = self.paid_to(&destination, |payer| match self.to {
                Some(to) => Ok(TxPlan {
                    instructions: vec![claim_rewards_to(self.owner, &provider, to)],
                    rent: 0,
                }),
                None => Ok(client.plan_delegator_rewards(payer, &self.owner, &provider)?),
            })?;
            earned.push(Earned {
                provider: provider.to_string(),
                amount: MintInfo::assay().amount(units),
            });
        }
        Ok(earned)
    }

    /// Returns the token account that is paid for `holder`.
    pub fn destination(&self, holder: &Address) -> Address {
        self.to.unwrap_or_else(|| MintInfo::assay().ata(holder))
    }

    /// Sends what `planned` returns for a payer. Returns what `destination` received, base units.
    pub fn paid_to(
        &self,
        destination: &Address,
        planned: impl Fn(&Address) -> Result<TxPlan>,
    ) -> Result<u64> {
        let (session, client) = (self.session, &self.session.client);
        let mut sender = CrankSender::new(session, self.wallet);
        let before = client.token_balance(destination)?;
        while !sender.send(&planned(&sender.payer())?)? {}
        let after = session.best_effort(client.token_balance(destination));
        Ok(after.map_or(0, |after| after.saturating_sub(before)))
    }
}
