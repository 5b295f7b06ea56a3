use assay_model::explore::*;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let s = Setup {
        late_seats: a[1].parse().unwrap(),
        check: a[2] == "1",
        members: [a[3].parse().unwrap(), a[4].parse().unwrap()],
        witnesses: a[5].contains("w"),
        exposure: a[5].contains("e"),
    };
    let t = std::time::Instant::now();
    let f = explore(&s);
    for c in &f.counterexamples {
        println!("## {:?}", c.property);
        for l in &c.trace {
            println!("   {l}");
        }
    }
    println!(
        "{s:?}\nstates {} transitions {} ends {:?} viol {:?} life {:?} {:?}",
        f.states,
        f.transitions,
        f.ends,
        f.violations,
        f.longest_life,
        t.elapsed()
    );
}
