//! How much of the machine is taken, by a process and by all: a generator that takes much of it measures itself, and a machine that
//! rests while all senders wait could take more.

/// Ticks of a second, the same on every Linux.
const TICKS: f64 = 100.0;

/// Processor seconds that a process has had.
pub fn seconds(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    // The name stands in brackets and may hold anything; behind it come plain numbers.
    let numbers = &stat[stat.rfind(')').unwrap() + 1..];
    let ticks: f64 = numbers.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<f64>().unwrap()).sum();
    ticks / TICKS
}

/// Processor seconds that everything on the machine has had together.
pub fn seconds_of_all() -> f64 {
    let stat = std::fs::read_to_string("/proc/stat").unwrap();
    let ticks: Vec<f64> = stat.lines().next().unwrap().split_whitespace().skip(1).map(|n| n.parse().unwrap()).collect();
    // User, nice and system; then what rested and what waited for a disk; then interrupts. What guests have is in user already.
    [0, 1, 2, 5, 6].iter().map(|place| ticks[*place]).sum::<f64>() / TICKS
}
