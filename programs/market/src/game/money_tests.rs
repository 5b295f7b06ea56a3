use super::money::*;
use crate::state::RATE_UNIT;
use proptest::prelude::*;

fn order() -> impl Strategy<Value = (Order, Tariff)> {
    let order = (1u64..1 << 40, 0u32..=150_000, 20u64..=500, 0u64..=2_000);
    let tariff = (
        0u64..=2_000,
        10_000u64..=200_000,
        0u64..=10_000,
        1u64..1 << 40,
    );
    (order, tariff).prop_map(|((price, checks_bps, lie_prices, royalty_bps), tariff)| {
        let (fee_bps, bond_bps, missed_bps, stake_rate) = tariff;
        let order = Order {
            price,
            checks_bps,
            lie_prices,
            royalty_bps,
        };
        (
            order,
            Tariff {
                fee_bps,
                bond_bps,
                missed_bps,
                stake_rate,
            },
        )
    })
}

proptest! {
    #[test]
    fn the_escrow_covers_every_seat_the_fee_and_the_royalty((order, tariff) in order()) {
        let quote = Quote::new(&order, &tariff).unwrap();
        let seats = 1 + u64::from(order.checks_bps.div_ceil(10_000));
        prop_assert_eq!(quote.escrow, order.price * seats + quote.fee + quote.royalty);
    }

    #[test]
    fn the_fee_is_never_rounded_down_and_the_weight_never_up((order, tariff) in order()) {
        let quote = Quote::new(&order, &tariff).unwrap();
        let average = 10_000 + u128::from(order.checks_bps);
        let exact = u128::from(order.price) * average * u128::from(tariff.fee_bps);
        prop_assert!(u128::from(quote.fee) * 100_000_000 >= exact);
        prop_assert!(u128::from(quote.weight) * u128::from(RATE_UNIT) <= u128::from(quote.fee) * u128::from(tariff.stake_rate));
    }

    #[test]
    fn the_royalty_is_never_rounded_down((order, tariff) in order()) {
        let quote = Quote::new(&order, &tariff).unwrap();
        let average = 10_000 + u128::from(order.checks_bps);
        let exact = u128::from(order.price) * average * u128::from(order.royalty_bps);
        prop_assert!(u128::from(quote.royalty) * 100_000_000 >= exact);
        prop_assert_eq!(quote.royalty == 0, order.royalty_bps == 0);
    }

    #[test]
    fn a_lie_always_costs_more_than_a_missed_deadline((order, tariff) in order()) {
        let quote = Quote::new(&order, &tariff).unwrap();
        prop_assert!(quote.missed <= quote.bond);
        prop_assert!(quote.penalty().unwrap() > quote.missed);
        prop_assert_eq!(quote.lie, quote.value * order.lie_prices);
    }

    #[test]
    fn payouts_add_up(
        collected: u64, members in 0u32..50, right in 0u32..20, value in 0u64..1 << 40, penalty in 0u64..1 << 50,
    ) {
        let payouts = Payouts::new(collected, members, right, value, penalty);
        let paid = u128::from(payouts.member) * u128::from(members) + u128::from(payouts.bounty) * u128::from(right);
        prop_assert_eq!(paid + u128::from(payouts.burned), u128::from(collected));
        prop_assert!(payouts.member <= value);
        prop_assert!(payouts.bounty * u64::from(right) <= (value * BOUNTY_PRICES).min(penalty / BOUNTY_PART));
    }

    #[test]
    fn no_bounty_is_paid_before_every_member_has_its_price(
        collected in 0u64..1 << 50, members in 1u32..50, right in 1u32..20, value in 1u64..1 << 40,
    ) {
        let payouts = Payouts::new(collected, members, right, value, u64::MAX);
        prop_assert!(payouts.bounty == 0 || payouts.member == value);
    }

    #[test]
    fn the_reserve_keeps_four_fifths_unbound(free in 0u64..1 << 50, locked in 0u64..1 << 50, bond in 1u64..1 << 40) {
        if (Backing { free, locked, accused: 0 }).covers(bond, 0, 5) {
            prop_assert!((locked + bond) * 5 <= free + locked);
        }
    }
}

#[test]
fn a_known_quote() {
    let order = Order {
        price: 1_001,
        checks_bps: 1_500,
        lie_prices: 100,
        royalty_bps: 1_000,
    };
    let tariff = Tariff {
        fee_bps: 250,
        bond_bps: 50_000,
        missed_bps: 5_000,
        stake_rate: 2 * RATE_UNIT,
    };
    // 1,001 · 1.15 = 1,151.15 → 1,152 on average; 2.5 % of it is 28.8 → 29, 10 % are 115.2 → 116.
    let expected = Quote {
        fee: 29,
        royalty: 116,
        escrow: 2_147,
        weight: 58,
        value: 2_002,
        bond: 10_010,
        lie: 200_200,
        missed: 1_001,
    };
    assert_eq!(Quote::new(&order, &tariff), Some(expected));
}

#[test]
fn an_amount_that_does_not_fit_is_no_quote() {
    let order = Order {
        price: u64::MAX,
        checks_bps: 0,
        lie_prices: 20,
        royalty_bps: 0,
    };
    let tariff = Tariff {
        fee_bps: 0,
        bond_bps: 50_000,
        missed_bps: 5_000,
        stake_rate: RATE_UNIT,
    };
    assert_eq!(Quote::new(&order, &tariff), None);
}

#[test]
fn one_penalty_pays_five_members_and_a_bounty_of_ten() {
    let payouts = Payouts::new(105_000, 5, 2, 1_000, 105_000);
    assert_eq!(
        payouts,
        Payouts {
            member: 1_000,
            bounty: 5_000,
            burned: 90_000
        }
    );
}

#[test]
fn a_claim_needs_the_whole_penalty_free_and_the_reserve() {
    let backing = Backing {
        free: 120,
        locked: 5,
        accused: 0,
    };
    assert!(backing.covers(5, 100, 5));
    assert!(!backing.covers(5, 116, 5));
    assert!(!Backing {
        free: 104,
        locked: 0,
        accused: 0
    }
    .covers(5, 100, 5));
    assert!(!Backing {
        free: 110,
        locked: 25,
        accused: 0
    }
    .covers(5, 100, 5));
}

#[test]
fn who_is_accused_needs_more_for_a_first_seat_and_nothing_more_for_a_later_one() {
    let backing = |free| Backing {
        free,
        locked: 5,
        accused: 100,
    };
    assert!(backing(205).covers(5, 100, 5));
    assert!(!backing(204).covers(5, 100, 5));
    assert!(backing(100).covers_later(5, 100));
}

#[test]
fn a_later_seat_needs_its_bond_free_and_the_penalty_in_all() {
    let backing = |free, locked| Backing {
        free,
        locked,
        accused: 0,
    };
    assert!(backing(5, 100).covers_later(5, 100));
    assert!(!backing(4, 101).covers_later(5, 100));
    assert!(!backing(5, 99).covers_later(5, 100));
}

#[test]
fn a_challenge_needs_the_penalty_free() {
    let backing = |free| Backing {
        free,
        locked: 1_000,
        accused: 0,
    };
    assert!(backing(105).covers_challenge(5, 100));
    assert!(!backing(104).covers_challenge(5, 100));
}

#[test]
fn a_challenger_binds_the_pay_of_all_members() {
    let order = Order {
        price: 1_000,
        checks_bps: 1_500,
        lie_prices: 20,
        royalty_bps: 0,
    };
    let tariff = Tariff {
        fee_bps: 250,
        bond_bps: 50_000,
        missed_bps: 5_000,
        stake_rate: RATE_UNIT,
    };
    let quote = Quote::new(&order, &tariff).unwrap();
    assert_eq!(quote.challenge(5), Some((5_000, 20_000)));
    assert_eq!(quote.challenge(45), Some((45_000, 0)));
}
