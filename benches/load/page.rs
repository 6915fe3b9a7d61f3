//! Form pages a second against the cheapest requests that the same server answers.

use crate::bench::Bench;
use crate::client::Pace;
use crate::report::{Floor, Report, median};
use crate::requests::Kind;

/// Measures pages and both kinds of requests that do nothing, in turns.
pub fn run(bench: &mut Bench, report: &mut Report) {
    let time = bench.wish.time();
    let [mut pages, mut gets, mut posts, mut ratios] = [const { Vec::new() }; 4];
    for _ in 0..bench.wish.rounds() {
        let page = bench.load(Kind::Page, Pace::Closed, time).rate();
        let get = bench.load(Kind::NoopGet, Pace::Closed, time).rate();
        posts.push(bench.load(Kind::NoopPost, Pace::Closed, time).rate());
        ratios.push(page / get);
        pages.push(page);
        gets.push(get);
    }
    report.add("form_pages_per_second", median(&pages));
    report.add("noop_gets_per_second", median(&gets));
    report.add("noop_posts_per_second", median(&posts));
    report.judge("form_page_to_noop_get", median(&ratios), Floor::AtLeast(0.5));
    if let Some(top) = bench.top {
        report.add("json_to_noop_post", top / median(&posts));
    }
}
