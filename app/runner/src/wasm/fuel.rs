//! What each instruction costs in fuel. Part of the protocol, and written out, so that another version of Wasmtime cannot
//! change what a program uses.

use wasmtime::{OperatorCost, VariableOperatorCost};

/// Fuel for each byte, page or element that one instruction works on, beside its own cost. Taken before the work, and before
/// the bounds are checked.
const PER_UNIT: VariableOperatorCost = VariableOperatorCost {
    memory_copy_per_byte: 1,
    memory_fill_per_byte: 1,
    memory_init_per_byte: 1,
    memory_grow_per_page: 0,
    table_copy_per_element: 1,
    table_fill_per_element: 1,
    table_init_per_element: 1,
    table_grow_per_element: 1,
    // No program has arrays.
    array_copy_per_element: 1,
    array_fill_per_element: 1,
    array_new_data_per_element: 1,
    array_init_data_per_element: 1,
    array_new_elem_per_element: 1,
    array_init_elem_per_element: 1,
    array_new_default_per_element: 1,
    array_new_per_element: 1,
};

/// Returns the fuel of an instruction, by the name that wasmparser gives it.
fn fuel(instruction: &str) -> u8 {
    match instruction {
        // They make no code of their own.
        "Nop" | "Drop" | "Block" | "Loop" | "Else" | "End" | "Return" | "Unreachable" => 0,
        _ => 1,
    }
}

/// Makes a table of all instructions.
macro_rules! table {
    ($(@$proposal:ident $instruction:ident $({ $($field:ident: $type:ty),* })? => $visit:ident ($($arity:tt)*))*) => {
        OperatorCost {
            $($instruction: fuel(stringify!($instruction)),)*
            variable: PER_UNIT,
        }
    };
}

/// Returns the fuel of every instruction.
pub(super) fn operator_cost() -> OperatorCost {
    wasmparser::for_each_operator!(table)
}

/// The fuel of every instruction, as text: those that cost nothing, how many others cost one, and what work costs.
#[cfg(test)]
pub(super) fn describe() -> String {
    macro_rules! names {
        ($(@$proposal:ident $instruction:ident $({ $($field:ident: $type:ty),* })? => $visit:ident ($($arity:tt)*))*) => {
            [$(stringify!($instruction)),*]
        };
    }
    let names = wasmparser::for_each_operator!(names);
    let free: Vec<_> = names.iter().filter(|name| fuel(name) == 0).collect();
    let ones = names.iter().filter(|name| fuel(name) == 1).count();
    format!(
        "fuel: none {free:?}, one for {ones} of {}\n{PER_UNIT:?}\n",
        names.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Not a rule, but what Wasmtime 48 does by itself: a table with an error would make other fuel than before.
    #[test]
    fn the_table_is_that_of_wasmtime_48() {
        assert_eq!(operator_cost(), OperatorCost::new());
    }
}
