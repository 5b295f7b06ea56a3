//! What every account of every instruction is checked by: the rule that is broken when another account takes its place.
use super::account_rules::{
    Row,
    Rule::{self, *},
};
use assay_market::error::MarketError::*;
use assay_staking::error::StakingError;
/// The account belongs to something else.
const FOREIGN: Option<Rule> = Some(Market(WrongAccount));

/// The accounts of every case of `fixtures`, in their order.
pub const TABLE: &[(&str, &[Row])] = &[
    (
        "tally_work",
        &[
            ("payer", None, None),
            ("params", Some(Empty), None),
            ("worker", Some(TooSmall), Some(Seeds)),
            ("epoch_work", Some(Seeds), Some(Seeds)),
            ("system_program", Some(Executable), Some(Program)),
        ],
    ),
    (
        "close_work",
        &[
            ("payer", Some(Market(NotOwner)), None),
            ("params", Some(Empty), None),
            ("epoch_work", Some(TooSmall), Some(TooSmall)),
        ],
    ),
    (
        "open_worker",
        &[
            ("owner", None, Some(Market(NotOwner))),
            ("provider", Some(Empty), Some(Seeds)),
            ("worker", Some(Seeds), None),
            ("system_program", Some(Executable), Some(Program)),
        ],
    ),
    (
        "update_worker",
        &[
            ("owner", None, Some(Market(NotOwner))),
            ("worker", Some(TooSmall), Some(Market(NotOwner))),
        ],
    ),
    (
        "sync_worker",
        &[
            ("provider", Some(Empty), Some(Market(WrongAccount))),
            ("worker", Some(TooSmall), Some(Market(WrongAccount))),
        ],
    ),
    (
        "add_collateral",
        &[
            ("owner", None, Some(Market(NotOwner))),
            ("worker", Some(TooSmall), Some(Market(NotOwner))),
            ("params", Some(Empty), None),
            ("totals", Some(TooSmall), None),
            ("provider", FOREIGN, FOREIGN),
            ("market_authority", Some(Seeds), None),
            ("staking_params", Some(StakingEmpty), None),
            ("staking_program", Some(WrongAddress), Some(WrongAddress)),
        ],
    ),
    (
        "remove_collateral",
        &[
            ("owner", None, Some(Market(NotOwner))),
            ("worker", Some(TooSmall), Some(Market(NotOwner))),
            ("totals", Some(TooSmall), None),
            ("provider", FOREIGN, FOREIGN),
            ("market_authority", Some(Seeds), None),
            ("staking_params", Some(StakingEmpty), None),
            ("staking_program", Some(WrongAddress), Some(WrongAddress)),
        ],
    ),
    (
        "yield_collateral",
        &[
            ("worker", Some(TooSmall), Some(Market(WrongAccount))),
            ("totals", Some(TooSmall), None),
            ("provider", FOREIGN, FOREIGN),
            ("market_authority", Some(Seeds), None),
            ("staking_params", Some(StakingEmpty), None),
            ("staking_program", Some(WrongAddress), Some(WrongAddress)),
        ],
    ),
    (
        "set_params",
        &[
            ("authority", None, Some(Market(NotAuthority))),
            ("params", Some(TooSmall), None),
            ("market_authority", Some(Seeds), None),
            ("staking_params", Some(StakingTooSmall), None),
            ("staking_program", Some(WrongAddress), Some(WrongAddress)),
        ],
    ),
    (
        "set_pause",
        &[
            ("authority", None, Some(Market(NotAuthority))),
            ("params", Some(TooSmall), None),
        ],
    ),
    (
        "offer_authority",
        &[
            ("authority", None, Some(Market(NotAuthority))),
            ("params", Some(TooSmall), None),
        ],
    ),
    (
        "accept_authority",
        &[
            ("authority", None, Some(Market(NotOffered))),
            ("params", Some(TooSmall), None),
        ],
    ),
    (
        "allow_mint",
        &[
            ("authority", None, Some(Market(NotAuthority))),
            ("payer", None, None),
            ("params", Some(Empty), None),
            ("payment_mint", Some(Seeds), None),
            ("mint", Some(Seeds), Some(Seeds)),
            (
                "fee_vault",
                Some(Market(WrongTokenAccount)),
                Some(Market(WrongTokenAccount)),
            ),
            ("system_program", Some(Executable), Some(Program)),
        ],
    ),
    (
        "set_mint",
        &[
            ("signer", None, Some(Market(NotAuthority))),
            ("params", Some(Empty), None),
            (
                "payment_mint",
                Some(TooSmall),
                Some(Market(WrongTokenAccount)),
            ),
            (
                "fee_vault",
                Some(Market(WrongTokenAccount)),
                Some(Market(WrongTokenAccount)),
            ),
        ],
    ),
    (
        "post_job",
        &[
            ("requester", None, Some(Market(WrongJobAddress))),
            ("params", Some(Empty), None),
            ("totals", Some(Empty), None),
            ("payment_mint", Some(Empty), Some(Market(WrongTokenAccount))),
            ("attesters", Some(Empty), None),
            ("job", Some(Zeroed), Some(Zeroed)),
            (
                "escrow",
                Some(Market(WrongTokenAccount)),
                Some(Market(EscrowNotIsolated)),
            ),
        ],
    ),
    (
        "extend_job",
        &[
            ("requester", None, Some(Market(NotRequester))),
            ("params", Some(Empty), None),
            ("job", Some(TooSmall), Some(Market(NotRequester))),
            ("payment_mint", Some(Empty), Some(Market(WrongAccount))),
            ("escrow", FOREIGN, FOREIGN),
        ],
    ),
    (
        "cancel_job",
        &[
            ("requester", None, Some(Market(NotRequester))),
            ("job", Some(TooSmall), Some(Market(NotRequester))),
        ],
    ),
    (
        "expire_task",
        &[
            ("job", Some(TooSmall), None),
            ("check", Some(TooSmall), Some(Market(WrongAccount))),
        ],
    ),
    (
        "close_job",
        &[
            ("requester", Some(Market(NotRequester)), None),
            ("job", Some(TooSmall), Some(Market(NotRequester))),
            ("payment_mint", Some(Empty), Some(Market(WrongAccount))),
            ("escrow", FOREIGN, FOREIGN),
            (
                "escrow_authority",
                Some(PrivilegeEscalation),
                Some(PrivilegeEscalation),
            ),
            ("fee_vault", FOREIGN, FOREIGN),
            ("author_account", None, None),
            (
                "refund",
                Some(Market(WrongTokenAccount)),
                Some(Market(WrongTokenAccount)),
            ),
            ("token_program", FOREIGN, FOREIGN),
        ],
    ),
    (
        "penalize_worker of a miss",
        &[
            ("worker", Some(TooSmall), Some(Market(WrongAccount))),
            ("job", Some(TooSmall), Some(Market(NotSeatHolder))),
            ("round", Some(TooSmall), Some(Market(WrongAccount))),
            ("dispute", Some(TooSmall), Some(Market(WrongTokenAccount))),
            ("pot", FOREIGN, FOREIGN),
            ("totals", Some(TooSmall), None),
            ("market_authority", Some(Seeds), None),
            ("staking_params", Some(Empty), None),
            ("provider", FOREIGN, FOREIGN),
            ("stake_vault", FOREIGN, FOREIGN),
            (
                "stake_mint",
                Some(Staking(StakingError::WrongMint)),
                Some(Staking(StakingError::WrongMint)),
            ),
            ("staking_program", Some(WrongAddress), Some(WrongAddress)),
            ("token_program", Some(WrongAddress), Some(WrongAddress)),
        ],
    ),
    (
        "submit_attested",
        &[
            ("node", None, Some(Market(NotNode))),
            ("params", Some(Empty), None),
            ("worker", Some(Empty), Some(Market(NotNode))),
            ("job", Some(TooSmall), Some(Market(WrongPolicy))),
            ("attesters", Some(Empty), None),
            ("credential", Some(Empty), None),
            ("instructions", Some(Market(BadAttestation)), None),
        ],
    ),
    (
        "claim_task",
        &[
            ("node", None, Some(Market(NotNode))),
            ("params", Some(Empty), None),
            ("worker", Some(TooSmall), Some(Market(NotNode))),
            ("job", Some(TooSmall), Some(Market(OtherPosting))),
            ("credential", Some(Empty), None),
        ],
    ),
    (
        "contribute",
        &[
            ("node", None, Some(Market(NotNode))),
            ("worker", Some(Empty), Some(Market(NotNode))),
            ("job", Some(TooSmall), Some(Market(NotClaimed))),
        ],
    ),
    (
        "draw_seat",
        &[
            ("job", Some(TooSmall), Some(Market(NothingToDraw))),
            ("round", Some(TooSmall), Some(Market(WrongAccount))),
        ],
    ),
    (
        "open_check",
        &[
            ("payer", None, None),
            ("job", Some(TooSmall), Some(Seeds)),
            ("check", Some(Seeds), None),
            ("system_program", Some(Executable), Some(Program)),
        ],
    ),
    (
        "open_task",
        &[
            ("job", Some(TooSmall), Some(Market(WrongAccount))),
            ("check", Some(TooSmall), Some(Market(WrongAccount))),
        ],
    ),
    (
        "open_round",
        &[
            ("payer", None, Some(Market(NotNode))),
            ("worker", Some(TooSmall), Some(Market(NotNode))),
            ("accused", Some(TooSmall), Some(Market(WrongAccount))),
            ("job", Some(TooSmall), Some(Seeds)),
            ("round", Some(Seeds), None),
            ("dispute", Some(Empty), Some(Market(WrongAccount))),
            (
                "pot",
                Some(Market(WrongTokenAccount)),
                Some(Market(WrongTokenAccount)),
            ),
            ("staking_params", Some(Empty), None),
            ("system_program", Some(Executable), Some(Program)),
        ],
    ),
    (
        "draw_seat of a round",
        &[
            ("job", Some(TooSmall), Some(Market(WrongAccount))),
            ("round", Some(TooSmall), Some(Market(WrongAccount))),
        ],
    ),
    (
        "claim_round",
        &[
            ("node", None, Some(Market(NotNode))),
            ("worker", Some(TooSmall), Some(Market(NotNode))),
            ("job", Some(TooSmall), Some(Market(WrongAccount))),
            ("round", Some(TooSmall), Some(Market(WrongAccount))),
        ],
    ),
    (
        "contribute_round",
        &[
            ("node", None, Some(Market(NotNode))),
            ("worker", Some(Empty), Some(Market(NotNode))),
            ("job", Some(TooSmall), Some(Market(WrongAccount))),
            ("round", Some(TooSmall), Some(Market(WrongAccount))),
        ],
    ),
    (
        "decide_round",
        &[
            ("job", Some(TooSmall), Some(Market(WrongAccount))),
            ("round", Some(TooSmall), Some(Market(WrongAccount))),
            ("check", Some(TooSmall), Some(Market(WrongAccount))),
        ],
    ),
    (
        "open_round of appeal",
        &[
            ("payer", None, Some(Market(NotNode))),
            ("worker", Some(TooSmall), Some(Market(NotNode))),
            ("accused", Some(TooSmall), Some(Market(WrongAccount))),
            ("job", Some(TooSmall), Some(Seeds)),
            ("round", Some(Seeds), None),
            ("dispute", Some(Empty), Some(Market(WrongAccount))),
            ("pot", None, None),
            ("staking_params", Some(Empty), None),
            ("system_program", Some(Executable), Some(Program)),
        ],
    ),
    (
        "collect_pay",
        &[
            ("params", Some(Empty), None),
            ("worker", Some(TooSmall), Some(Market(WrongTokenAccount))),
            ("job", Some(TooSmall), Some(Market(WrongAccount))),
            ("escrow", FOREIGN, FOREIGN),
            (
                "escrow_authority",
                Some(PrivilegeEscalation),
                Some(PrivilegeEscalation),
            ),
            (
                "destination",
                Some(Market(WrongTokenAccount)),
                Some(Market(WrongTokenAccount)),
            ),
            (
                "token_program",
                Some(Market(WrongTokenAccount)),
                Some(Market(WrongTokenAccount)),
            ),
        ],
    ),
    (
        "collect_check",
        &[
            ("params", Some(Empty), None),
            ("worker", Some(TooSmall), Some(Market(WrongTokenAccount))),
            ("job", Some(TooSmall), Some(Market(WrongAccount))),
            ("check", Some(TooSmall), Some(Market(WrongAccount))),
            ("escrow", FOREIGN, FOREIGN),
            (
                "escrow_authority",
                Some(PrivilegeEscalation),
                Some(PrivilegeEscalation),
            ),
            (
                "destination",
                Some(Market(WrongTokenAccount)),
                Some(Market(WrongTokenAccount)),
            ),
            (
                "token_program",
                Some(Market(WrongTokenAccount)),
                Some(Market(WrongTokenAccount)),
            ),
        ],
    ),
    (
        "hold_pay",
        &[
            ("params", Some(Empty), None),
            ("worker", Some(TooSmall), Some(Market(WrongTokenAccount))),
            ("job", Some(TooSmall), Some(Market(WrongAccount))),
            ("check", Some(TooSmall), Some(Market(WrongAccount))),
            ("escrow", FOREIGN, FOREIGN),
            (
                "escrow_authority",
                Some(PrivilegeEscalation),
                Some(PrivilegeEscalation),
            ),
            (
                "destination",
                Some(Market(WrongTokenAccount)),
                Some(Market(WrongTokenAccount)),
            ),
            (
                "held",
                Some(Market(WrongTokenAccount)),
                Some(Market(WrongTokenAccount)),
            ),
            (
                "token_program",
                Some(Market(WrongTokenAccount)),
                Some(Market(WrongTokenAccount)),
            ),
        ],
    ),
    (
        "collect_held",
        &[
            ("owner", Some(Market(NotOwner)), None),
            ("worker", Some(Empty), Some(Market(NotOwner))),
            (
                "held",
                Some(Market(WrongTokenAccount)),
                Some(Market(WrongTokenAccount)),
            ),
            (
                "destination",
                Some(Market(WrongTokenAccount)),
                Some(Market(WrongTokenAccount)),
            ),
            (
                "token_program",
                Some(Market(WrongTokenAccount)),
                Some(Market(WrongTokenAccount)),
            ),
        ],
    ),
    (
        "count_dispute",
        &[
            ("job", Some(TooSmall), Some(Market(WrongAccount))),
            ("dispute", Some(TooSmall), Some(Market(WrongAccount))),
            ("appeal", Some(TooSmall), Some(Market(WrongAccount))),
            ("check", Some(TooSmall), Some(Market(WrongAccount))),
        ],
    ),
    (
        "penalize_worker",
        &[
            ("worker", Some(TooSmall), Some(Market(WrongAccount))),
            ("job", Some(TooSmall), Some(Market(WrongAccount))),
            ("round", Some(TooSmall), Some(Market(WrongAccount))),
            ("dispute", Some(TooSmall), Some(Market(WrongTokenAccount))),
            (
                "pot",
                Some(Market(WrongTokenAccount)),
                Some(Market(WrongTokenAccount)),
            ),
            ("totals", Some(TooSmall), None),
            ("market_authority", Some(Seeds), None),
            ("staking_params", Some(Empty), None),
            ("provider", FOREIGN, FOREIGN),
            ("stake_vault", Some(StakingAddress), Some(StakingAddress)),
            (
                "stake_mint",
                Some(Staking(StakingError::WrongMint)),
                Some(Staking(StakingError::WrongMint)),
            ),
            ("staking_program", Some(WrongAddress), Some(WrongAddress)),
            ("token_program", Some(WrongAddress), Some(WrongAddress)),
        ],
    ),
    (
        "collect_award",
        &[
            ("worker", Some(TooSmall), Some(Market(WrongTokenAccount))),
            ("job", Some(TooSmall), Some(Market(WrongAccount))),
            ("dispute", Some(TooSmall), Some(Market(WrongAccount))),
            ("round", Some(TooSmall), Some(Market(WrongAccount))),
            (
                "pot",
                Some(Market(WrongTokenAccount)),
                Some(Market(WrongTokenAccount)),
            ),
            ("staking_params", Some(Empty), None),
            (
                "destination",
                Some(Market(WrongTokenAccount)),
                Some(Market(WrongTokenAccount)),
            ),
            ("token_program", Some(WrongAddress), Some(WrongAddress)),
        ],
    ),
    (
        "collect_award of a check",
        &[
            ("worker", Some(TooSmall), Some(Market(WrongTokenAccount))),
            ("job", Some(TooSmall), Some(Market(WrongAccount))),
            ("dispute", Some(TooSmall), Some(Market(WrongAccount))),
            ("round", Some(TooSmall), Some(Market(WrongAccount))),
            (
                "pot",
                Some(Market(WrongTokenAccount)),
                Some(Market(WrongTokenAccount)),
            ),
            ("staking_params", Some(Empty), None),
            (
                "destination",
                Some(Market(WrongTokenAccount)),
                Some(Market(WrongTokenAccount)),
            ),
            ("token_program", Some(WrongAddress), Some(WrongAddress)),
        ],
    ),
    (
        "close_round of a check",
        &[
            ("payer", Some(Market(NotOwner)), None),
            ("job", Some(TooSmall), Some(Market(WrongAccount))),
            ("round", Some(TooSmall), Some(Market(NotOwner))),
            ("dispute", Some(TooSmall), Some(Market(WrongAccount))),
            ("pot", None, None),
            ("staking_params", Some(Empty), None),
            ("stake_mint", FOREIGN, FOREIGN),
            ("token_program", Some(WrongAddress), Some(WrongAddress)),
        ],
    ),
    (
        "close_round",
        &[
            ("payer", Some(Market(NotOwner)), None),
            ("job", Some(TooSmall), Some(Market(WrongAccount))),
            ("round", Some(TooSmall), Some(Market(WrongAccount))),
            ("dispute", Some(TooSmall), None),
            (
                "pot",
                Some(Market(WrongTokenAccount)),
                Some(Market(WrongTokenAccount)),
            ),
            ("staking_params", Some(Empty), None),
            ("stake_mint", FOREIGN, FOREIGN),
            ("token_program", Some(WrongAddress), Some(WrongAddress)),
        ],
    ),
];
