// Runs Datadog's scanner for bench/peers/run, which says what a driver is:
// driver common_patterns.txt. It brings no rules, so it gets the common patterns.
use dd_sds::{MatchAction, RegexRuleConfig, RootRuleConfig, Scanner};
use std::io::{BufRead, Write};

fn cpu_nanoseconds() -> i64 {
    let mut now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut now) };
    now.tv_sec * 1_000_000_000 + now.tv_nsec
}

fn read(path: &str) -> Vec<String> {
    let data = std::fs::read(path).unwrap();
    let (mut messages, mut at) = (Vec::new(), 0);
    while at < data.len() {
        let size = u32::from_le_bytes(data[at..at + 4].try_into().unwrap()) as usize;
        messages.push(String::from_utf8_lossy(&data[at + 4..at + 4 + size]).into_owned());
        at += 4 + size;
    }
    messages
}

fn run(scanner: &Scanner, messages: &[String], outputs: &mut Vec<String>) {
    outputs.clear();
    for message in messages {
        // It redacts in place.
        let mut text = message.clone();
        scanner.scan(&mut text).unwrap();
        outputs.push(text);
    }
}

fn main() {
    let patterns = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();
    let rules: Vec<_> = patterns
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let regex = format!("(?i){}", line.split_once('\t').unwrap().1);
            RootRuleConfig::new(RegexRuleConfig::new(&regex).build())
                .match_action(MatchAction::redact("<PII>"))
        })
        .collect();
    let scanner = Scanner::builder(&rules).build().unwrap();
    let (mut messages, mut outputs) = (Vec::new(), Vec::new());
    println!("ready");
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let (command, argument) = line.split_once(' ').unwrap();
        match command {
            "load" => {
                messages = read(argument);
                println!("ok {}", messages.len());
            }
            "pass" => {
                let start = cpu_nanoseconds();
                for _ in 0..argument.parse().unwrap() {
                    run(&scanner, &messages, &mut outputs);
                }
                println!("ok {}", cpu_nanoseconds() - start);
            }
            _ => {
                run(&scanner, &messages, &mut outputs);
                let mut file = std::io::BufWriter::new(std::fs::File::create(argument).unwrap());
                for text in &outputs {
                    file.write_all(&(text.len() as u32).to_le_bytes()).unwrap();
                    file.write_all(text.as_bytes()).unwrap();
                }
                file.flush().unwrap();
                println!("ok");
            }
        }
    }
}
