//! Floats: a chain of dependent operations, and a stream of independent ones.

/// A body: place, velocity and mass.
#[derive(Clone, Copy)]
struct Body {
    place: [f64; 3],
    velocity: [f64; 3],
    mass: f64,
}

/// Moves five bodies that attract each other this many steps.
pub fn n_body(steps: usize) -> u64 {
    let mut bodies: [Body; 5] = std::array::from_fn(|index| {
        let at = index as f64;
        Body {
            place: [at * 4.0 - 8.0, at * at - 3.0, 1.0 - at],
            velocity: [0.1 * at, 0.3 - 0.1 * at, 0.05],
            mass: 1.0 / (1.0 + at),
        }
    });
    for _ in 0..steps {
        step(&mut bodies, 0.001);
    }
    let energy: f64 = bodies
        .iter()
        .map(|body| body.mass * body.velocity.iter().map(|v| v * v).sum::<f64>())
        .sum();
    energy.to_bits()
}

fn step(bodies: &mut [Body; 5], time: f64) {
    for first in 0..bodies.len() {
        for second in first + 1..bodies.len() {
            let (a, b) = (bodies[first], bodies[second]);
            let apart: [f64; 3] = std::array::from_fn(|axis| a.place[axis] - b.place[axis]);
            let squared = apart.iter().map(|x| x * x).sum::<f64>() + 0.01;
            let pull = time / (squared * squared.sqrt());
            for (axis, distance) in apart.iter().enumerate() {
                bodies[first].velocity[axis] -= distance * b.mass * pull;
                bodies[second].velocity[axis] += distance * a.mass * pull;
            }
        }
    }
    for body in bodies {
        for axis in 0..3 {
            body.place[axis] += time * body.velocity[axis];
        }
    }
}

/// Adds a multiple of one vector of 8 MiB to another, this many times.
pub fn axpy(rounds: usize) -> u64 {
    const LENGTH: usize = 1 << 20;
    let x: Vec<f64> = (0..LENGTH).map(|index| index as f64).collect();
    let mut y = vec![1.0; LENGTH];
    for round in 0..rounds {
        let factor = 1.0 / (1.0 + round as f64);
        for (y, x) in y.iter_mut().zip(&x) {
            *y += factor * x;
        }
    }
    y.iter().sum::<f64>().to_bits()
}
