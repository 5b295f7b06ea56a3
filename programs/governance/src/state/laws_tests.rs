use super::{
    super::{Floors, ProposedAction},
    *,
};
use crate::error::GovernanceError;
use anchor_lang::bytemuck::Zeroable;
use assay_market::error::MarketError;
use assay_rewards::error::RewardsError;
use assay_staking::{error::StakingError, state::EXPOSURE_SLACK};

const DAY: u64 = 86_400;

struct World {
    governance: Params,
    staking: StakingParams,
    market: MarketParams,
    emission: Emission,
}

impl World {
    /// Parameters that keep every law.
    fn new() -> Self {
        let mut market = MarketParams::zeroed();
        for param in <assay_market::state::Param as assay_shared::param::Votable>::ALL {
            use assay_shared::param::Votable as _;
            market.put(*param, param.bounds().0);
        }
        market.max_claim_window = (30 * DAY).into();
        market.max_run_window = 3_600.into();
        let mut staking = StakingParams::zeroed();
        staking.exposure = market.exposure().unwrap().into();
        staking.unbonding_period = (14 * DAY).into();
        let mut emission = Emission::zeroed();
        emission.workers_bps = 6_000.into();
        emission.stakers_bps = 3_000.into();
        let governance = Params {
            floors: Floors {
                notice: 7_200.into(),
                ..Floors::zeroed()
            },
            ..Params::zeroed()
        };
        Self {
            governance,
            staking,
            market,
            emission,
        }
    }

    fn check(&self, actions: &[(Target, u8, u64)]) -> Result<()> {
        let actions: Vec<Action> = actions
            .iter()
            .map(|(target, param, value)| ProposedAction::set_param(*target, *param, *value))
            .map(|action| action.checked().unwrap())
            .collect();
        let laws = Laws {
            staking: &self.staking,
            market: &self.market,
            emission: &self.emission,
        };
        laws.check(&actions, &self.governance)
    }
}

const UNBONDING: u8 = assay_staking::state::Param::UnbondingPeriod as u8;
const RUN: u8 = assay_market::state::Param::MaxRunWindow as u8;
const CLAIM: u8 = assay_market::state::Param::MaxClaimWindow as u8;
const WORKERS: u8 = assay_rewards::state::Param::WorkersBps as u8;
const STAKERS: u8 = assay_rewards::state::Param::StakersBps as u8;
const NOTICE: u8 = super::super::Param::Notice as u8;

#[test]
fn parameters_that_keep_the_laws_are_taken() {
    let world = World::new();
    assert_eq!(world.check(&[]), Ok(()));
    assert_eq!(
        world.check(&[
            (Target::Staking, UNBONDING, 20 * DAY),
            (Target::Market, RUN, 7_200),
            (Target::Rewards, WORKERS, 6_500),
            (Target::Governance, NOTICE, 7_200),
        ]),
        Ok(())
    );
}

#[test]
fn each_law_is_that_of_the_program_that_would_refuse() {
    let world = World::new();
    let needed = world.staking.exposure.get() + EXPOSURE_SLACK;
    let short = (Target::Staking, UNBONDING, needed.max(DAY) - 1);
    if needed > DAY {
        assert_eq!(
            world.check(&[short]),
            Err(StakingError::UnbondingTooShort.into())
        );
    }
    assert_eq!(
        world.check(&[(Target::Market, RUN, 7 * DAY)]),
        Err(StakingError::UnbondingTooShort.into())
    );
    assert_eq!(
        world.check(&[(Target::Market, CLAIM, 60), (Target::Market, 4, 600)]),
        Err(MarketError::AdmissionTooSlow.into())
    );
    assert_eq!(
        world.check(&[(Target::Rewards, WORKERS, 8_000)]),
        Err(RewardsError::SplitTooLarge.into())
    );
    assert_eq!(
        world.check(&[(Target::Governance, NOTICE, 7_199)]),
        Err(GovernanceError::BelowFloor.into())
    );
}

#[test]
fn actions_are_tried_in_their_order() {
    let world = World::new();
    let lower = (Target::Rewards, STAKERS, 1_000);
    let raise = (Target::Rewards, WORKERS, 8_000);
    assert_eq!(world.check(&[lower, raise]), Ok(()));
    let split = Err(RewardsError::SplitTooLarge.into());
    assert_eq!(world.check(&[raise, lower]), split);
    let longer = (Target::Staking, UNBONDING, 180 * DAY);
    let runs = (Target::Market, RUN, 7 * DAY);
    assert_eq!(world.check(&[longer, runs]), Ok(()));
    let short = Err(StakingError::UnbondingTooShort.into());
    assert_eq!(world.check(&[runs, longer]), short);
}

#[test]
fn nothing_but_parameters_is_tried() {
    let world = World::new();
    let other = ProposedAction::unpause(Target::Market).checked().unwrap();
    let laws = Laws {
        staking: &world.staking,
        market: &world.market,
        emission: &world.emission,
    };
    assert_eq!(laws.check(&[other], &world.governance), Ok(()));
}
