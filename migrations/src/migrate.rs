use crate::{cluster::PaymentToken, token, verify, Cluster, Error, Result, PROGRAMS};
use assay_client::{
    address::{governance, market, rewards, staking},
    instruction, Address, Client, Instruction, Keypair, Signer as _,
};
use assay_governance::instructions::GovernanceConfig;
use assay_ledger::{maths::mul_div_floor, token::MINT_LEN};
use assay_market::{instructions::MarketConfig, state::RATE_UNIT};
use assay_rewards::instructions::RewardsConfig;
use assay_staking::instructions::StakingConfig;

/// One step of a migration, as it is reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What the step brings about.
    pub name: String,
    /// Whether it was done now; otherwise the chain already had it.
    pub done: bool,
}

/// What a migrated cluster offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployed {
    /// The ASSAY mint.
    pub assay_mint: Address,
    /// Token account with the genesis supply.
    pub genesis_vault: Address,
    /// Token account of governance that receives what the workers do not.
    pub treasury: Address,
    /// Mints that jobs may be paid in, in the order of the cluster file.
    pub payment_mints: Vec<Address>,
}

/// Brings the cluster to the state that its file describes. `deployer` must be the programs' upgrade authority; it pays.
///
/// Looks at the chain before each step, so that running it again does only what is missing. `report` hears of each step.
///
/// # Errors
/// Nothing was sent: `NotDeployed`, `NotUpgradeAuthority`. At the end: `Differs` names the first field on chain that is
/// not what the file says.
pub fn migrate(
    client: &Client,
    deployer: &Keypair,
    cluster: &Cluster,
    report: &mut dyn FnMut(Step),
) -> Result<Deployed> {
    let authority = deployer.pubkey();
    for program in PROGRAMS {
        program.check(client, &authority)?;
    }
    let mut run = Run {
        client,
        deployer,
        cluster,
        report,
    };
    run.initialize_rewards()?;
    run.initialize_staking()?;
    run.initialize_market()?;
    run.initialize_governance()?;
    let mut payment_mints = Vec::new();
    for payment in &cluster.payment_mints {
        payment_mints.push(run.allow(payment)?);
    }
    run.pass_authority_to_governance()?;
    verify::verify(client, &authority, cluster, &payment_mints)?;
    Ok(Deployed {
        assay_mint: rewards::mint(),
        genesis_vault: rewards::genesis_vault(),
        treasury: rewards::treasury(),
        payment_mints,
    })
}

struct Run<'a> {
    client: &'a Client,
    deployer: &'a Keypair,
    cluster: &'a Cluster,
    report: &'a mut dyn FnMut(Step),
}

impl Run<'_> {
    fn me(&self) -> Address {
        self.deployer.pubkey()
    }

    /// Sends `instructions` unless `result` exists already.
    fn unless_exists(
        &mut self,
        name: &str,
        result: &Address,
        instructions: impl FnOnce(&Self) -> Result<Vec<Instruction>>,
    ) -> Result<()> {
        let done = self.client.raw(result)?.is_none();
        if done {
            self.client
                .execute(&instructions(self)?, &[self.deployer])?;
        }
        self.tell(name, done);
        Ok(())
    }

    fn tell(&mut self, name: &str, done: bool) {
        let name = name.to_owned();
        (self.report)(Step { name, done });
    }

    fn initialize_rewards(&mut self) -> Result<()> {
        self.unless_exists("initialize rewards", &rewards::emission(), |run| {
            let chosen = &run.cluster.rewards;
            let config = RewardsConfig {
                authority: governance::authority(),
                genesis_holder: chosen.genesis_holder.address(&run.me()),
                cap: chosen.cap.0,
                genesis_supply: chosen.genesis_supply.0,
                initial_emission: chosen.initial_emission.0,
                halving_epochs: chosen.halving_epochs,
                workers_bps: chosen.workers_bps,
            };
            Ok(vec![instruction::rewards::initialize(run.me(), config)])
        })
    }

    fn initialize_staking(&mut self) -> Result<()> {
        self.unless_exists("initialize staking", &staking::params(), |run| {
            let config = StakingConfig {
                authority: governance::authority(),
                market_authority: market::authority(),
                min_self_stake: run.cluster.staking.min_self_stake.0,
                unbonding_period: run.cluster.staking.unbonding_period.0,
            };
            let (mint, treasury) = (rewards::mint(), rewards::treasury());
            Ok(vec![instruction::staking::initialize(
                run.me(),
                mint,
                treasury,
                config,
            )])
        })
    }

    fn initialize_market(&mut self) -> Result<()> {
        self.unless_exists("initialize market", &market::params(), |run| {
            let chosen = &run.cluster.market;
            let genesis_time = match chosen.genesis_time {
                Some(time) => time,
                None => run.client.now()?,
            };
            let config = MarketConfig {
                authority: run.me(),
                genesis_time,
                epoch_length: chosen.epoch_length.0,
                fee_bps: chosen.fee_bps,
                bond_bps: chosen.bond_bps,
                reject_bps: chosen.reject_bps,
                missed_bps: chosen.missed_bps,
                ramp: chosen.ramp.0,
                sortition_unit: chosen.sortition_unit.0,
                reveal_window: chosen.reveal_window.0,
                max_claim_window: chosen.max_claim_window.0,
                max_run_window: chosen.max_run_window.0,
                tally_window: chosen.tally_window.0,
            };
            Ok(vec![instruction::market::initialize(run.me(), config)])
        })
    }

    fn initialize_governance(&mut self) -> Result<()> {
        self.unless_exists("initialize governance", &governance::params(), |run| {
            let chosen = &run.cluster.governance;
            let config = GovernanceConfig {
                quorum_bps: chosen.quorum_bps,
                threshold: chosen.threshold.0,
                voting_time: chosen.voting_time.0,
                hold_up: chosen.hold_up.0,
                execution_window: chosen.execution_window.0,
                proposal_deposit: chosen.proposal_deposit.0,
                min_lock: chosen.min_lock.0,
                max_lock: chosen.max_lock.0,
            };
            let (mint, treasury) = (rewards::mint(), rewards::treasury());
            Ok(vec![instruction::governance::initialize(
                run.me(),
                mint,
                treasury,
                config,
            )])
        })
    }

    /// Makes sure that jobs may be paid in the token; answers its mint.
    fn allow(&mut self, payment: &PaymentToken) -> Result<Address> {
        let mint = match payment {
            PaymentToken::Existing { mint, .. } => *mint,
            PaymentToken::Test {
                test_token,
                decimals,
                ..
            } => self.make_test_token(test_token, *decimals)?,
        };
        let name = format!("allow payments in {mint}");
        self.unless_exists(&name, &market::payment_mint(&mint), |run| {
            let me = run.me();
            let current: assay_market::state::Params =
                run.client.get("market's parameters", &market::params())?;
            if current.authority != me {
                return Err(Error::AuthorityGone(current.authority, mint));
            }
            let on_chain = run.client.raw(&mint)?.ok_or(Error::NoMint(mint))?;
            let decimals = token::decimals(&on_chain.data).ok_or(Error::NoMint(mint))?;
            let holder = governance::authority();
            let vault = fee_vault(&mint, &on_chain.owner);
            let rate = stake_rate(payment.worth(), decimals)?;
            Ok(vec![
                token::create_wallet(&me, &holder, &mint, &on_chain.owner),
                instruction::market::allow_mint(me, me, mint, vault, rate),
            ])
        })?;
        Ok(mint)
    }

    fn make_test_token(&mut self, symbol: &str, decimals: u8) -> Result<Address> {
        let me = self.me();
        let unusable =
            || Error::ClusterFile(format!("the symbol `{symbol}` is longer than 32 bytes"));
        let mint = token::test_mint(&me, symbol).ok_or_else(unusable)?;
        self.unless_exists(&format!("create the test token {symbol}"), &mint, |run| {
            let rent = run.client.rent(MINT_LEN)?;
            token::create_test_mint(&me, symbol, decimals, rent).ok_or_else(unusable)
        })?;
        Ok(mint)
    }

    fn pass_authority_to_governance(&mut self) -> Result<()> {
        let params: assay_market::state::Params =
            self.client.get("market's parameters", &market::params())?;
        let me = self.me();
        let done = params.authority == me;
        if done {
            let pass = instruction::market::set_authority(me, governance::authority());
            self.client.execute(&[pass], &[self.deployer])?;
        }
        self.tell("pass the market to governance", done);
        Ok(())
    }
}

/// The token account of governance that collects fees in `mint`.
pub(crate) fn fee_vault(mint: &Address, token_program: &Address) -> Address {
    token::wallet(&governance::authority(), mint, token_program)
}

/// ASSAY base units that 10⁹ base units of a token are worth when a whole token is worth `worth`; rounded down.
pub(crate) fn stake_rate(worth: u64, decimals: u8) -> Result<u64> {
    10u64
        .checked_pow(u32::from(decimals))
        .and_then(|whole| mul_div_floor(worth, RATE_UNIT, whole))
        .filter(|rate| *rate > 0)
        .ok_or_else(|| {
            Error::ClusterFile(format!(
                "the worth of a token with {decimals} decimals does not fit 64 bits, or is 0"
            ))
        })
}
