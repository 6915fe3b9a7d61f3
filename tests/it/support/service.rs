//! The real program, serving on a port of its own.

use super::Database;
use reqwest::{Client, Response};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Runs a future to its end.
pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(work)
}

/// The program `hailong` with the environment of a test: nothing of the machine's own settings.
pub fn program(database_url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hailong"));
    let own = ["HAILONG_DATA", "HAILONG_LISTEN", "HAILONG_PUBLIC_URL", "HAILONG_FORMS", "HAILONG_LOG"];
    for name in own.into_iter().chain(["DATABASE_REPLICA_URL", "HAILONG_REPLICA_LAG"]) {
        command.env_remove(name);
    }
    command.env("DATABASE_URL", database_url).env("HAILONG_LOG", "warn").stdin(Stdio::null());
    command
}

/// The program on a private cluster in a folder, without rate limits.
fn of_private(data: &std::path::Path) -> Command {
    let mut command = program("");
    command.env_remove("DATABASE_URL").env("HAILONG_DATA", data);
    command.env("HAILONG_LIMIT_PER_DEVICE", "0").env("HAILONG_LIMIT_PER_ADDRESS", "0");
    command
}

/// Runs a command of the program to its end: exit code, stdout, stderr.
pub fn run(database_url: &str, args: &[&str], stdin: &str) -> (i32, String, String) {
    use std::io::Write;
    let mut child = program(database_url)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

/// A running service. Dropping it stops it.
pub struct Service {
    child: Mutex<Child>,
    /// `http://127.0.0.1:PORT`
    pub url: String,
    /// An HTTP client that follows no redirect and keeps no cookie.
    pub client: Client,
}

impl Service {
    /// Serves a database without rate limits.
    pub fn on(database_url: &str) -> Self {
        Self::with(database_url, &[("HAILONG_LIMIT_PER_DEVICE", "0"), ("HAILONG_LIMIT_PER_ADDRESS", "0")])
    }

    /// Serves a database of its own with the given environment; returns both.
    pub fn fresh() -> (Database, Self) {
        let database = Database::new();
        let service = Self::on(database.url());
        (database, service)
    }

    /// Serves a database with an environment.
    pub fn with(database_url: &str, environment: &[(&str, &str)]) -> Self {
        let mut command = program(database_url);
        command.envs(environment.iter().copied());
        Self::start(command)
    }

    /// Serves a database without rate limits, with an environment; what it logs goes into a file.
    pub fn logging(database_url: &str, environment: &[(&str, &str)], log: &std::path::Path) -> Self {
        let mut command = program(database_url);
        command.env("HAILONG_LIMIT_PER_DEVICE", "0").env("HAILONG_LIMIT_PER_ADDRESS", "0");
        command.envs(environment.iter().copied()).stderr(std::fs::File::create(log).unwrap());
        Self::start(command)
    }

    /// Serves the private cluster in a folder, without rate limits.
    pub fn private(data: &std::path::Path) -> Self {
        Self::start(of_private(data))
    }

    /// The same; everything it logs goes into a file.
    pub fn private_logging(data: &std::path::Path, log: &std::path::Path) -> Self {
        let mut command = of_private(data);
        command.env("HAILONG_LOG", "debug").stderr(std::fs::File::create(log).unwrap());
        Self::start(command)
    }

    fn start(mut command: Command) -> Self {
        command.args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let start = Instant::now();
        let url = loop {
            let line = lines.next().unwrap_or_else(|| panic!("the service ended before it listened")).unwrap();
            if let Some(url) = line.strip_prefix("listening on ") {
                break url.to_owned();
            }
            assert!(start.elapsed() < Duration::from_secs(30), "the service does not listen");
        };
        // Whatever else it prints is read, so that it never waits for us.
        std::thread::spawn(move || lines.for_each(drop));
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { child: Mutex::new(child), url, client }
    }

    /// The full address of a path.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Response {
        self.client.get(self.at(path)).send().await.unwrap()
    }

    /// POST of a form.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.client.post(self.at(path)).form(fields).send().await.unwrap()
    }

    /// POST of JSON.
    pub async fn post_json(&self, path: &str, body: &serde_json::Value) -> Response {
        self.client.post(self.at(path)).json(body).send().await.unwrap()
    }

    /// A client that keeps cookies and follows redirects, as a browser does.
    pub fn visitor(&self) -> Client {
        Client::builder().cookie_store(true).build().unwrap()
    }

    /// The value of one of its metrics.
    pub async fn metric(&self, name: &str) -> Option<f64> {
        let metrics = self.get("/metrics").await.text().await.unwrap();
        metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.lock().unwrap().id()
    }

    /// Kills it as a power cut would.
    pub fn kill(&self) {
        let mut child = self.child.lock().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Stops it as Ctrl-C does and returns its exit code.
    pub fn stop(&self) -> Option<i32> {
        let mut child = self.child.lock().unwrap();
        if child.try_wait().unwrap().is_none() {
            let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap());
            nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).unwrap();
        }
        child.wait().unwrap().code()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Asks until the answer is there, for at most ten seconds.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "still not so after ten seconds: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
