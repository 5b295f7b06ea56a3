//! Sets up a cluster step by step.

use crate::{
    cluster::PaymentToken,
    founders,
    past::Past,
    payment_mint::{fetch_mint, stake_rate, symbol_too_long, test_mint},
    preflight::{self, HAND_OVER},
    verify, ClusterConfig, Error, Keys, Program, Result, PROGRAMS,
};
use assay_client::{
    instruction::{self, token},
    pda::{governance, market, rewards, staking},
    Address, Client, Instruction, Keypair, Signer as _,
};
use assay_market::state::Params as MarketParams;
use assay_shared::token::MINT_LEN;
use solana_loader_v3_interface::instruction::set_upgrade_authority_checked;

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
    /// Token account of the treasury that receives its share of the emission.
    pub treasury: Address,
    /// Mints that jobs may be paid in, in the order of the cluster file.
    pub payment_mints: Vec<Address>,
}

/// Brings the cluster to the state that its file describes. The deployer among `keys` must be the programs' upgrade authority; it
/// pays.
///
/// Reads the chain before each step and sends only what is missing, so it may be repeated, and goes on where it stopped. Calls
/// `report` after each step. The order matters: the founders lock before governance has any power, and the programs are handed over
/// last, because only their upgrade authority can initialize them.
///
/// # Errors
/// If nothing was sent: [`Error::WrongNetwork`], [`Error::ClusterFile`], [`Error::NotDeployed`],
/// [`Error::NotUpgradeAuthority`], [`Error::NoMint`], [`Error::UnusableMint`] or [`Error::NoKey`]. Before governance gets the market:
/// [`Error::NotMarketAuthority`], [`Error::FounderLock`] or [`Error::UnlistedMint`]. At the end: [`Error::Differs`] with the first
/// field on chain that differs from the file.
pub fn migrate(
    client: &Client,
    keys: Keys<'_>,
    cluster: &ClusterConfig,
    report: &mut dyn FnMut(Step),
) -> Result<MigrationReport> {
    let deployer = keys.deployer.pubkey();
    let past = preflight::check(client, &keys, cluster)?;
    let mut migration = Migration {
        client,
        keys,
        cluster,
        past,
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
    migration.lock_founders()?;
    migration.pass_market_to_governance(&payment_mints)?;
    for program in &PROGRAMS {
        migration.hand_over(program)?;
    }
    verify::verify(client, &deployer, cluster, &payment_mints, past)?;
    Ok(MigrationReport {
        assay_mint: rewards::mint(),
        genesis_vault: rewards::genesis_vault(),
        treasury: rewards::treasury(),
        payment_mints,
    })
}

struct Migration<'a> {
    client: &'a Client,
    keys: Keys<'a>,
    cluster: &'a ClusterConfig,
    past: Past,
    report: &'a mut dyn FnMut(Step),
}

impl Migration<'_> {
    fn deployer(&self) -> Address {
        self.keys.deployer.pubkey()
    }

    fn send(&self, instructions: &[Instruction]) -> Result<()> {
        self.send_signed(instructions, &[self.keys.deployer])
    }

    fn send_signed(&self, instructions: &[Instruction], signers: &[&Keypair]) -> Result<()> {
        self.client.sign_send_confirm(instructions, signers)?;
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
            let epoch_length = migration.cluster.market.epoch_length.0;
            Ok(vec![instruction::staking::initialize(
                migration.deployer(),
                rewards::mint(),
                migration.cluster.staking.config(epoch_length),
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
            let deployer = migration.deployer();
            Ok(vec![instruction::governance::initialize(
                deployer,
                rewards::mint(),
                rewards::treasury(),
                migration.cluster.governance.config(&deployer),
            )])
        })
    }

    /// Allows jobs to be paid in the token, and creates the mint of a test token. Returns the mint.
    fn allow_payment(&mut self, payment: &PaymentToken) -> Result<Address> {
        let deployer = self.deployer();
        let mint = match payment {
            PaymentToken::Existing { mint, .. } => *mint,
            PaymentToken::Test { test_token, .. } => test_mint(&deployer, test_token)?,
        };
        let record = market::payment_mint(&mint);
        if self.client.account(&record)?.is_none() {
            // Before a mint is created that nobody could allow.
            self.check_market_authority(mint)?;
        }
        if let PaymentToken::Test {
            test_token,
            decimals,
            ..
        } = payment
        {
            self.create_test_token(test_token, *decimals, &mint)?;
        }
        let name = format!("allow payments in {mint}");
        self.create_if_missing(&name, &record, |migration| {
            let on_chain = fetch_mint(migration.client, mint)?;
            let rate = stake_rate(payment.price_in_assay(), on_chain.decimals)?;
            let (owner, program) = (governance::treasury_authority(), &on_chain.program);
            Ok(vec![
                token::create_ata(&deployer, &owner, &mint, program),
                instruction::market::allow_mint(deployer, deployer, mint, program, &owner, rate),
            ])
        })?;
        Ok(mint)
    }

    /// Checks that the deployer can still allow `mint`: later only a vote can.
    ///
    /// # Errors
    /// [`Error::NotMarketAuthority`].
    fn check_market_authority(&self, mint: Address) -> Result<()> {
        let params: MarketParams = self.client.fetch(&market::params())?;
        let authority = params.authority;
        if authority != self.deployer() {
            return Err(Error::NotMarketAuthority { authority, mint });
        }
        Ok(())
    }

    fn create_test_token(&mut self, symbol: &str, decimals: u8, mint: &Address) -> Result<()> {
        let name = format!("create the test token {symbol}");
        self.create_if_missing(&name, mint, |migration| {
            let rent = migration.client.minimum_balance(MINT_LEN)?;
            token::create_mint(&migration.deployer(), symbol, decimals, rent)
                .ok_or_else(|| symbol_too_long(symbol))
        })
    }

    /// Makes the founders' locks.
    fn lock_founders(&mut self) -> Result<()> {
        let deployer = self.deployer();
        let holder = self.cluster.rewards.genesis_holder.resolve(&deployer);
        for planned in founders::planned(self.cluster, &deployer) {
            let is_due = planned.is_due(self.client, self.past)?;
            if is_due {
                let (steps, signers) = planned.instructions(&self.keys, &holder)?;
                self.send_signed(&steps, &signers)?;
            }
            self.report(
                &format!("make the founders' lock {}", planned.nonce),
                is_due,
            );
        }
        Ok(())
    }

    /// Makes governance the market's authority, in two steps that stand in one transaction unless the first was done before. A
    /// payment mint that the file does not list is found before, because nothing but a vote closes it afterwards.
    fn pass_market_to_governance(&mut self, payment_mints: &[Address]) -> Result<()> {
        let params: MarketParams = self.client.fetch(&market::params())?;
        let (deployer, heir) = (self.deployer(), governance::authority());
        let is_due = params.authority != heir;
        if is_due {
            verify::check_listed(&verify::unlisted(self.client, payment_mints)?)?;
            let mut steps = vec![instruction::governance::accept_market()];
            if params.offered != heir {
                let offer = instruction::market::offer_authority(deployer, heir);
                steps.insert(0, offer);
            }
            self.send(&steps)?;
        }
        self.report("pass the market to governance", is_due);
        Ok(())
    }

    /// Passes the upgrade authority over a program to whom the cluster file names. It does not come back.
    fn hand_over(&mut self, program: &Program) -> Result<()> {
        let deployer = self.deployer();
        let heir = self.cluster.upgrade_authority.resolve(&deployer);
        let is_due = program.upgrade_authority(self.client)? != Some(heir);
        if is_due {
            if heir == governance::upgrade_authority() {
                let accept = instruction::governance::accept_program(deployer, program.target);
                self.send(&[accept])?;
            } else {
                let key = self.keys.find(&heir, HAND_OVER)?;
                let pass = set_upgrade_authority_checked(&program.id, &deployer, &heir);
                self.send_signed(&[pass], &[self.keys.deployer, key])?;
            }
        }
        self.report(&format!("hand over the {} program", program.name), is_due);
        Ok(())
    }
}
