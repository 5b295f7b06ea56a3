use super::state::{State, DEFAULT_DIR};
use crate::{
    amount::{Amount, Tokens},
    key::AddressArg,
    session::sol,
    token::Token,
    Exit, Failure, Outcome, Result, Session,
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
    /// Address or keypair file.
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
    /// State directory that the network was started with.
    #[arg(long, default_value = DEFAULT_DIR, value_name = "DIR")]
    state: PathBuf,
}

/// What a wallet was given.
#[derive(Serialize)]
struct Funded {
    address: String,
    sol: Tokens,
    tusd: Tokens,
    assay: Tokens,
    signature: String,
}

impl fmt::Display for Funded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            address,
            sol,
            tusd,
            assay,
            ..
        } = self;
        write!(f, "{address} was given {sol}, {tusd} and {assay}")
    }
}

/// Base units to give.
#[derive(Clone, Copy, Default)]
struct Gift {
    lamports: u64,
    tusd: u64,
    assay: u64,
}

impl Gift {
    fn read(args: &Args, tusd: &Token) -> Result<Self> {
        let assay = Token::assay();
        if args.sol.is_none() && args.tusd.is_none() && args.assay.is_none() {
            let whole = |token: &Token| 10u64.pow(u32::from(token.decimals));
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

    fn instructions(&self, faucet: &Address, to: &Address, tusd: &Token) -> Vec<Instruction> {
        let assay = Token::assay();
        let mut list = Vec::new();
        if self.lamports > 0 {
            let pay = solana_system_interface::instruction::transfer(faucet, to, self.lamports);
            list.push(pay);
        }
        if self.tusd > 0 {
            list.push(tusd.create_ata(faucet, to));
            list.push(mint_to(&tusd.mint, &tusd.ata(to), faucet, self.tusd));
        }
        if self.assay > 0 {
            let vault = rewards::genesis_vault();
            list.push(assay.create_ata(faucet, to));
            list.push(transfer(&vault, &assay.ata(to), faucet, self.assay));
        }
        list
    }
}

pub fn run(args: Args, session: &Session) -> Result<Outcome> {
    let state = State::new(args.state.clone());
    let (endpoints, faucet) = (state.endpoints()?, state.faucet()?);
    // A network on other ports is found through its state directory; an URL on the command line is an order.
    let local;
    let session = match session.url_was_given {
        true => session,
        false => {
            local = Session::new(&endpoints.rpc_url, None, session.printer);
            &local
        }
    };
    give(args, session, &endpoints.tusd_mint, &faucet)
}

fn give(args: Args, session: &Session, tusd_mint: &str, faucet: &Keypair) -> Result<Outcome> {
    let unreadable = |_| {
        Failure::new(
            Exit::Failed,
            "the state file names no mint; restart the network",
        )
    };
    session.market()?;
    let tusd = session.token(&tusd_mint.parse().map_err(unreadable)?)?;
    let gift = Gift::read(&args, &tusd)?;
    let assay = Token::assay();
    let left = session.client.token_balance(&rewards::genesis_vault())?;
    if left < gift.assay {
        let left = assay.tokens(left);
        return Err(Failure::new(
            Exit::Insufficient,
            format!("the faucet has only {left} left; ask for less"),
        ));
    }
    let (giver, to) = (faucet.pubkey(), args.to.0);
    let instructions = gift.instructions(&giver, &to, &tusd);
    let mut spent = gift.lamports;
    for (token, units) in [(&tusd, gift.tusd), (&assay, gift.assay)] {
        if units > 0 {
            spent = spent.saturating_add(session.ata_rent(token, &to)?);
        }
    }
    let signature = session.send(&instructions, &[faucet], spent)?;
    Outcome::ok(&Funded {
        address: to.to_string(),
        sol: sol(gift.lamports),
        tusd: tusd.tokens(gift.tusd),
        assay: assay.tokens(gift.assay),
        signature: signature.to_string(),
    })
}
