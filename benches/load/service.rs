//! The program as people run it: `serve` on a private cluster in a folder of its own.

use hailong::local_postgres::Cluster;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

const PROGRAM: &str = env!("CARGO_BIN_EXE_hailong");

/// A running service. Dropping it stops it and removes its data.
pub struct Service {
    child: Child,
    data: PathBuf,
    cluster: Option<Cluster>,
    /// Host and port.
    pub address: String,
    /// First start, with making the cluster, in milliseconds.
    pub start_ms: u128,
    /// Second start, in milliseconds.
    pub restart_ms: u128,
}

impl Service {
    /// Starts it twice, to measure both.
    pub fn start() -> Self {
        use std::os::unix::fs::PermissionsExt;
        let data = tempfile::Builder::new().prefix("hailong-bench-").tempdir_in("/var/tmp").unwrap().keep();
        std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o755)).unwrap();
        let (mut first, _, start_ms) = spawn(&data);
        stop(&mut first);
        let (child, address, restart_ms) = spawn(&data);
        let cluster = Some(Cluster::start(&data).unwrap_or_else(|e| panic!("{e}")));
        Self { child, data, cluster, address, start_ms, restart_ms }
    }

    /// Starts it anew, so that it has nothing left of what it did before.
    pub fn restart(&mut self) {
        stop(&mut self.child);
        (self.child, self.address, self.restart_ms) = spawn(&self.data);
    }

    /// Runs a command of the program beside it and returns what it prints.
    pub fn command(&self, arguments: &[&str]) -> String {
        let output = program(&self.data).args(arguments).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The address of a page.
    pub fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The address of its database.
    pub fn database_url(&self) -> String {
        self.cluster.as_ref().unwrap().url()
    }

    /// The program's size, in MB.
    pub fn program_mb(&self) -> f64 {
        std::fs::metadata(PROGRAM).unwrap().len() as f64 / 1_048_576.0
    }

    /// Compressed bytes of the form page and its style sheet: (html, css).
    pub fn page_sizes(&self) -> (usize, usize) {
        let html = self.get("/s/sipas?unit=H19.26");
        let text = String::from_utf8(html).unwrap();
        let css = text
            .split("href=\"")
            .find_map(|part| part.split('"').next().filter(|u| u.starts_with("/assets/") && u.ends_with(".css")));
        (brotli_size(text.as_bytes()), brotli_size(&self.get(css.unwrap())))
    }

    /// The body of a page.
    pub fn get(&self, path: &str) -> Vec<u8> {
        use std::io::Write;
        let mut stream = std::net::TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.0\r\nhost: localhost\r\n\r\n").unwrap();
        let mut all = Vec::new();
        stream.read_to_end(&mut all).unwrap();
        let body = all.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4;
        all.split_off(body)
    }
}

fn brotli_size(bytes: &[u8]) -> usize {
    let mut out = Vec::new();
    let mut input = bytes;
    brotli::BrotliCompress(
        &mut input,
        &mut out,
        &brotli::enc::BrotliEncoderParams { quality: 5, ..Default::default() },
    )
    .unwrap();
    out.len()
}

/// The program with an environment of its own: no limit of submissions, since all come from one address.
fn program(data: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .env_remove("DATABASE_URL")
        .env("HAILONG_DATA", data)
        .env("HAILONG_LOG", "warn")
        .env("HAILONG_LIMIT_PER_DEVICE", "0")
        .env("HAILONG_LIMIT_PER_ADDRESS", "0");
    command
}

fn spawn(data: &Path) -> (Child, String, u128) {
    let start = Instant::now();
    let mut child = program(data).args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let address = loop {
        let line = lines.next().expect("the service listens").unwrap();
        if let Some(address) = line.strip_prefix("listening on http://") {
            break address.to_owned();
        }
    };
    let elapsed = start.elapsed().as_millis();
    std::thread::spawn(move || lines.for_each(drop));
    (child, address, elapsed)
}

/// Has a program end and waits for it.
pub fn stop(child: &mut Child) {
    let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).unwrap();
    child.wait().unwrap();
}

impl Drop for Service {
    fn drop(&mut self) {
        stop(&mut self.child);
        if let Some(cluster) = self.cluster.take() {
            cluster.stop();
        }
        let _gone = std::fs::remove_dir_all(&self.data);
    }
}
