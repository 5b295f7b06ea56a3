//! Sets up a cluster step by step.

use crate::{
    cluster::PaymentToken,
    payment_mint::{fetch_mint, stake_rate, symbol_too_long, test_mint},
    preflight, verify, ClusterConfig, Error, Result,
};
use assay_client::{
    instruction::{self, token},
    pda::{governance, market, rewards, staking},
    Address, Client, Instruction, Keypair, Signer as _,
};
use assay_market::state::Params as MarketParams;
use assay_shared::token::MINT_LEN;

/// A step of a migration, as it is reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The result of the step, as a command ("initialize staking").
    pub name: String,
    /// True if the step was done now; false if the chain already had its result.
    pub done: bool,
}

/// Accounts of a cluster that is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationReport {
    /// The ASSAY mint.
    pub assay_mint: Address,
    /// Token account with the genesis supply.
    pub genesis_vault: Address,
    /// Token account of governance that receives the treasury's share of the emission and forfeited deposits.
    pub treasury: Address,
    /// Mints that jobs may be paid in, in the order of the cluster file.
    pub payment_mints: Vec<Address>,
}

/// Brings the cluster to the state that its file describes. `deployer` must be the programs' upgrade authority; it pays.
///
/// Reads the chain before each step and sends only what is missing. Calls `report` after each step.
///
/// # Errors
/// If nothing was sent: [`Error::WrongNetwork`], [`Error::ClusterFile`], [`Error::NotDeployed`],
/// [`Error::NotUpgradeAuthority`], [`Error::NoMint`] or [`Error::UnusableMint`]. At the end: [`Error::Differs`] with the first
/// field on chain that differs from the file.
pub fn migrate(
    client: &Client,
    deployer: &Keypair,
    cluster: &ClusterConfig,
    report: &mut dyn FnMut(Step),
) -> Result<MigrationReport> {
    let authority = deployer.pubkey();
    preflight::check(client, &authority, cluster)?;
    let mut migration = Migration {
        client,
        deployer,
        cluster,
        report,
    };
    migration.initialize_rewards()?;
    migration.initialize_staking()?;
    migration.initialize_market()?;
    migration.initialize_governance()?;
    let mut payment_mints = Vec::new();
    for payment in &cluster.payment_mints {
        payment_mints.push(migration.allow_payment(payment)?);
    }
    migration.pass_market_to_governance()?;
    verify::verify(client, &authority, cluster, &payment_mints)?;
    Ok(MigrationReport {
        assay_mint: rewards::mint(),
        genesis_vault: rewards::genesis_vault(),
        treasury: rewards::treasury(),
        payment_mints,
    })
}

struct Migration<'a> {
    client: &'a Client,
    deployer: &'a Keypair,
    cluster: &'a ClusterConfig,
    report: &'a mut dyn FnMut(Step),
}

impl Migration<'_> {
    fn deployer(&self) -> Address {
        self.deployer.pubkey()
    }

    fn send(&self, instructions: &[Instruction]) -> Result<()> {
        self.client
            .sign_send_confirm(instructions, &[self.deployer])?;
        Ok(())
    }

    /// Sends the instructions that create the account `result`, unless it exists.
    fn create_if_missing(
        &mut self,
        name: &str,
        result: &Address,
        instructions: impl FnOnce(&Self) -> Result<Vec<Instruction>>,
    ) -> Result<()> {
        let is_missing = self.client.account(result)?.is_none();
        if is_missing {
            self.send(&instructions(self)?)?;
        }
        self.report(name, is_missing);
        Ok(())
    }

    fn report(&mut self, name: &str, done: bool) {
        let name = name.to_owned();
        (self.report)(Step { name, done });
    }

    fn initialize_rewards(&mut self) -> Result<()> {
        self.create_if_missing("initialize rewards", &rewards::emission(), |migration| {
            let deployer = migration.deployer();
            let config = migration.cluster.rewards.config(&deployer);
            Ok(vec![instruction::rewards::initialize(deployer, config)])
        })
    }

    fn initialize_staking(&mut self) -> Result<()> {
        self.create_if_missing("initialize staking", &staking::params(), |migration| {
            Ok(vec![instruction::staking::initialize(
                migration.deployer(),
                rewards::mint(),
                migration.cluster.staking.config(),
            )])
        })
    }

    fn initialize_market(&mut self) -> Result<()> {
        self.create_if_missing("initialize market", &market::params(), |migration| {
            let deployer = migration.deployer();
            let section = &migration.cluster.market;
            let genesis_time = match section.genesis_time {
                Some(time) => time,
                None => migration.client.now()?,
            };
            let genesis_hash = migration.client.genesis_hash()?;
            let config = section.config(deployer, genesis_time, genesis_hash);
            Ok(vec![instruction::market::initialize(deployer, config)])
        })
    }

    fn initialize_governance(&mut self) -> Result<()> {
        let params = governance::params();
        self.create_if_missing("initialize governance", &params, |migration| {
            Ok(vec![instruction::governance::initialize(
                migration.deployer(),
                rewards::mint(),
                rewards::treasury(),
                migration.cluster.governance.config(),
            )])
        })
    }

    /// Allows jobs to be paid in the token, and creates the mint of a test token. Returns the mint.
    fn allow_payment(&mut self, payment: &PaymentToken) -> Result<Address> {
        let mint = match payment {
            PaymentToken::Existing { mint, .. } => *mint,
            PaymentToken::Test {
                test_token,
                decimals,
                ..
            } => self.create_test_token(test_token, *decimals)?,
        };
        let name = format!("allow payments in {mint}");
        self.create_if_missing(&name, &market::payment_mint(&mint), |migration| {
            let (client, deployer) = (migration.client, migration.deployer());
            let params: MarketParams = client.fetch(&market::params())?;
            if params.authority != deployer {
                let authority = params.authority;
                return Err(Error::NotMarketAuthority { authority, mint });
            }
            let on_chain = fetch_mint(client, mint)?;
            let rate = stake_rate(payment.price_in_assay(), on_chain.decimals)?;
            let (owner, program) = (governance::authority(), &on_chain.program);
            Ok(vec![
                token::create_ata(&deployer, &owner, &mint, program),
                instruction::market::allow_mint(deployer, deployer, mint, program, &owner, rate),
            ])
        })?;
        Ok(mint)
    }

    fn create_test_token(&mut self, symbol: &str, decimals: u8) -> Result<Address> {
        let deployer = self.deployer();
        let mint = test_mint(&deployer, symbol)?;
        let name = format!("create the test token {symbol}");
        self.create_if_missing(&name, &mint, |migration| {
            let rent = migration.client.minimum_balance(MINT_LEN)?;
            token::create_mint(&deployer, symbol, decimals, rent)
                .ok_or_else(|| symbol_too_long(symbol))
        })?;
        Ok(mint)
    }

    /// Makes governance the market's authority, unless the deployer no longer is.
    fn pass_market_to_governance(&mut self) -> Result<()> {
        let params: MarketParams = self.client.fetch(&market::params())?;
        let deployer = self.deployer();
        let is_due = params.authority == deployer;
        if is_due {
            let new = governance::authority();
            self.send(&[instruction::market::set_authority(deployer, new)])?;
        }
        self.report("pass the market to governance", is_due);
        Ok(())
    }
}
