//! `assay localnet fund`: gives SOL and tokens from the faucet.

use super::state::{State, DEFAULT_DIR};
use crate::{
    amount::{Amount, MintInfo, TokenAmount},
    keypair::AddressArg,
    CliError, Report, Result, Session,
};
use assay_client::{
    instruction::token::{mint_to, transfer},
    pda::rewards,
    Address, Instruction, Keypair, Signer as _,
};
use serde::Serialize;
use std::{fmt, path::PathBuf};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  assay localnet fund ada.json\n  assay localnet fund ADDRESS --sol 0.1"
)]
pub struct Args {
    /// Wallet to fund: address or keypair file.
    to: AddressArg,
    /// SOL to give. Without any amount: 10 SOL, 1000 tUSD and 10000 ASSAY.
    #[arg(long, value_name = "N")]
    sol: Option<Amount>,
    /// Test dollars to mint.
    #[arg(long, value_name = "N")]
    tusd: Option<Amount>,
    /// ASSAY to give from the genesis supply.
    #[arg(long, value_name = "N")]
    assay: Option<Amount>,
    /// State directory of the network.
    #[arg(long, default_value = DEFAULT_DIR, value_name = "DIR")]
    state: PathBuf,
}

#[derive(Serialize)]
struct FundReport {
    address: String,
    sol: TokenAmount,
    tusd: TokenAmount,
    assay: TokenAmount,
    signature: String,
}

impl fmt::Display for FundReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            address,
            sol,
            tusd,
            assay,
            ..
        } = self;
        write!(f, "{address} received {sol}, {tusd} and {assay}")
    }
}

/// Amounts to give, base units.
#[derive(Clone, Copy, Default)]
struct Funding {
    lamports: u64,
    tusd: u64,
    assay: u64,
}

impl Funding {
    /// Returns the amounts of the arguments, or the usual ones if there are none.
    fn of(args: &Args, tusd: &MintInfo) -> Result<Self> {
        let assay = MintInfo::assay();
        if args.sol.is_none() && args.tusd.is_none() && args.assay.is_none() {
            let whole = |mint: &MintInfo| 10u64.pow(u32::from(mint.decimals));
            return Ok(Self {
                lamports: 10_000_000_000,
                tusd: 1_000 * whole(tusd),
                assay: 10_000 * whole(&assay),
            });
        }
        let units = |amount: &Option<Amount>, decimals| {
            let units = amount.as_ref().map(|amount| amount.units(decimals));
            units.transpose().map(Option::unwrap_or_default)
        };
        Ok(Self {
            lamports: units(&args.sol, 9)?,
            tusd: units(&args.tusd, tusd.decimals)?,
            assay: units(&args.assay, assay.decimals)?,
        })
    }

    fn instructions(&self, faucet: &Address, to: &Address, tusd: &MintInfo) -> Vec<Instruction> {
        let assay = MintInfo::assay();
        let mut instructions = Vec::new();
        if self.lamports > 0 {
            let pay = solana_system_interface::instruction::transfer(faucet, to, self.lamports);
            instructions.push(pay);
        }
        if self.tusd > 0 {
            instructions.push(tusd.create_ata(faucet, to));
            instructions.push(mint_to(&tusd.mint, &tusd.ata(to), faucet, self.tusd));
        }
        if self.assay > 0 {
            let vault = rewards::genesis_vault();
            instructions.push(assay.create_ata(faucet, to));
            instructions.push(transfer(&vault, &assay.ata(to), faucet, self.assay));
        }
        instructions
    }
}

pub fn run(args: Args, session: &Session) -> Result<Report> {
    let state = State::new(args.state.clone());
    let (endpoints, faucet) = (state.endpoints()?, state.faucet()?);
    // The state directory names the network's ports. A URL on the command line comes before it.
    if session.url_was_given {
        return fund(args, session, &endpoints.tusd_mint, &faucet);
    }
    let local = Session::new(&endpoints.rpc_url, None, session.printer);
    fund(args, &local, &endpoints.tusd_mint, &faucet)
}

fn fund(args: Args, session: &Session, tusd_mint: &str, faucet: &Keypair) -> Result<Report> {
    session.market()?;
    let tusd_mint = tusd_mint
        .parse()
        .map_err(|_| CliError::failed("the state file names no mint; restart the network"))?;
    let tusd = session.mint_info(&tusd_mint)?;
    let funding = Funding::of(&args, &tusd)?;
    let assay = MintInfo::assay();
    let left = session.client.token_balance(&rewards::genesis_vault())?;
    if left < funding.assay {
        let left = assay.amount(left);
        return Err(CliError::insufficient(format!(
            "the faucet has only {left} left; ask for less"
        )));
    }
    let (payer, to) = (faucet.pubkey(), args.to.0);
    let instructions = funding.instructions(&payer, &to, &tusd);
    let mut lamports = funding.lamports;
    for (mint, units) in [(&tusd, funding.tusd), (&assay, funding.assay)] {
        if units > 0 {
            lamports = lamports.saturating_add(session.ata_rent(mint, &to)?);
        }
    }
    let signature = session.send(&instructions, &[faucet], lamports)?;
    Report::new(&FundReport {
        address: to.to_string(),
        sol: TokenAmount::sol(funding.lamports),
        tusd: tusd.amount(funding.tusd),
        assay: assay.amount(funding.assay),
        signature: signature.to_string(),
    })
}
