//! What the node sends: an action is a few instructions that belong together, and several actions share a transaction.

use crate::{event::NodeEvent, journal::Step, retry::RetryKey, seat_id::SeatId};
use assay_client::{transaction_size, Address, Instruction, MAX_TRANSACTION_SIZE, PRIORITY_SIZE};
use std::time::Duration;

/// Actions that share a transaction at most, so that it stays well within the compute that one may use.
const MAX_ACTIONS: usize = 12;

/// Instructions that belong together, and what is true once they are on chain.
#[derive(Clone, Debug)]
pub struct Action {
    /// What is tried again if it fails.
    pub key: RetryKey,
    pub instructions: Vec<Instruction>,
    /// The seat that it takes a step on, if it does.
    pub step: Option<(SeatId, Step)>,
    /// What to report besides the step.
    pub events: Vec<NodeEvent>,
    /// How soon it becomes useless, if it does.
    pub time_left: Option<Duration>,
    /// How long it could be sent in all, if it pays a priority fee toward the end of that time.
    pub window: Option<Duration>,
    /// True if it can wait for a transaction of another action, to save a fee.
    pub can_wait: bool,
}

impl Action {
    /// Returns an action that is to be sent now.
    pub fn new(key: RetryKey, instructions: Vec<Instruction>) -> Self {
        Self {
            key,
            instructions,
            step: None,
            events: Vec::new(),
            time_left: None,
            window: None,
            can_wait: false,
        }
    }
}

/// Distributes actions to as few transactions as their size allows, in their order. `payer` signs. Returns nothing if all of
/// them can wait. With `pays_priority`, transactions of several actions have room for a priority fee.
pub fn pack(actions: Vec<Action>, payer: &Address, pays_priority: bool) -> Vec<Vec<Action>> {
    let most = if pays_priority {
        MAX_TRANSACTION_SIZE.saturating_sub(PRIORITY_SIZE)
    } else {
        MAX_TRANSACTION_SIZE
    };
    let mut packed: Vec<Vec<Action>> = Vec::new();
    if actions.iter().all(|action| action.can_wait) {
        return packed;
    }
    let mut instructions: Vec<Instruction> = Vec::new();
    for action in actions {
        instructions.extend(action.instructions.iter().cloned());
        let fits = transaction_size(&instructions, payer) <= most;
        match packed.last_mut() {
            Some(last) if fits && last.len() < MAX_ACTIONS => last.push(action),
            _ => {
                instructions.clone_from(&action.instructions);
                packed.push(vec![action]);
            }
        }
    }
    // What can wait needs no transaction of its own.
    packed.retain(|actions| !actions.iter().all(|action| action.can_wait));
    packed
}

/// Returns the index of the action that the instruction with this index, in the transaction, belongs to.
pub fn action_of(actions: &[Action], instruction: usize) -> Option<usize> {
    let mut end = 0usize;
    actions.iter().position(|action| {
        end = end.saturating_add(action.instructions.len());
        instruction < end
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::{address, task};

    fn action(bytes: usize, can_wait: bool) -> Action {
        let instruction = Instruction::new_with_bytes(address(9), &vec![0; bytes], Vec::new());
        Action {
            can_wait,
            ..Action::new(RetryKey::Step(task(0)), vec![instruction])
        }
    }

    fn sizes(actions: Vec<Action>) -> Vec<usize> {
        let packed = pack(actions, &address(1), false);
        packed.iter().map(Vec::len).collect()
    }

    #[test]
    fn actions_share_transactions_up_to_their_size() {
        assert_eq!(sizes(vec![action(400, false); 5]), [2, 2, 1]);
        assert_eq!(sizes(vec![action(1, false); 13]), [12, 1]);
        assert!(sizes(Vec::new()).is_empty());
    }

    #[test]
    fn actions_leave_room_for_a_priority_fee() {
        let payer = address(1);
        let pair = |bytes| vec![action(bytes, false), action(bytes, false)];
        let size = |actions: &[Action]| {
            let instructions = actions.iter().flat_map(|a| a.instructions.clone());
            transaction_size(&instructions.collect::<Vec<_>>(), &payer)
        };
        let full = (0..600)
            .rev()
            .find(|bytes| size(&pair(*bytes)) <= MAX_TRANSACTION_SIZE);
        let full = full.unwrap();
        assert_eq!(pack(pair(full), &payer, false).len(), 1);
        assert_eq!(pack(pair(full), &payer, true).len(), 2);
        let less = full - PRIORITY_SIZE.div_ceil(2);
        assert_eq!(pack(pair(less), &payer, true).len(), 1);
        let large = vec![action(2 * less, false)];
        assert_eq!(pack(large, &payer, true).len(), 1);
    }

    #[test]
    fn what_can_wait_rides_along_but_is_never_sent_alone() {
        assert!(sizes(vec![action(10, true); 3]).is_empty());
        assert_eq!(sizes(vec![action(10, false), action(10, true)]), [2]);
        assert_eq!(sizes(vec![action(700, false), action(700, true)]), [1]);
    }

    #[test]
    fn an_instruction_is_traced_to_its_action() {
        let mut two = action(1, false);
        two.instructions.push(two.instructions[0].clone());
        let actions = [action(1, false), two, action(1, false)];
        let traced = [0, 1, 2, 3, 4].map(|index| action_of(&actions, index));
        assert_eq!(traced, [Some(0), Some(1), Some(1), Some(2), None]);
    }
}
