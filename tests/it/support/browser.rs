//! A real browser: Chromium behind its WebDriver, with or without script.

use fantoccini::{Client, ClientBuilder, Locator};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A browser window; dropping it ends the browser.
pub struct Browser {
    driver: Child,
    profile: tempfile::TempDir,
    /// The WebDriver client.
    pub client: Client,
}

/// Starts the driver on a port of its own choice. It ends at once where another took the same port for the other kind of address
/// in the meantime; then it is started again.
fn start_driver() -> Option<(Child, String)> {
    let mut driver = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("chromedriver is installed by scripts/test");
    let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines().map_while(Result::ok);
    let told = lines.find_map(|line| line.split_once("successfully on port ").map(|(_, port)| port.to_owned()));
    let Some(port) = told else {
        driver.wait().unwrap();
        return None;
    };
    std::thread::spawn(move || lines.for_each(drop));
    Some((driver, port.trim_end_matches('.').to_owned()))
}

impl Browser {
    /// A window of this width, with script or without.
    pub async fn open(width: u32, has_script: bool) -> Self {
        let (driver, port) = (0..5).find_map(|_| start_driver()).expect("chromedriver tells its port");
        let profile = tempfile::tempdir().unwrap();
        let javascript = if has_script { 1 } else { 2 };
        let args = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-quic",
            "--hide-scrollbars",
            "--lang=vi",
        ];
        let mut args: Vec<String> = args.iter().map(|a| (*a).to_owned()).collect();
        args.push(format!("--window-size={width},1600"));
        args.push(format!("--user-data-dir={}", profile.path().display()));
        let capabilities = serde_json::json!({
            "browserName": "chrome",
            "goog:chromeOptions": {
                "args": args,
                "prefs": { "profile.managed_default_content_settings.javascript": javascript },
            },
        });
        let serde_json::Value::Object(capabilities) = capabilities else { unreachable!() };
        let client = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("a browser session");
        Self { driver, profile, client }
    }

    /// Opens an address.
    pub async fn goto(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    /// The visible text of the page.
    pub async fn text(&self) -> String {
        self.client.find(Locator::Css("body")).await.unwrap().text().await.unwrap()
    }

    /// Waits until the page says something: a page that was asked for takes a moment to come.
    pub async fn sees(&self, text: &str) {
        super::service::eventually(text, async || {
            let body = self.client.find(Locator::Css("body")).await.ok()?;
            // The page may be replaced between the two questions.
            body.text().await.ok().filter(|seen| seen.contains(text)).map(drop)
        })
        .await;
    }

    /// Clicks what a selector finds.
    pub async fn click(&self, selector: &str) {
        let found = self.client.find(Locator::Css(selector)).await;
        found.unwrap_or_else(|e| panic!("{selector}: {e}")).click().await.unwrap_or_else(|e| panic!("{selector}: {e}"));
    }

    /// Follows the link or presses the button with this visible text.
    pub async fn choose(&self, text: &str) {
        let path = format!(
            "//a[normalize-space()='{text}'] | //button[normalize-space()='{text}'] | //label[normalize-space()='{text}']"
        );
        let found = self.client.wait().for_element(Locator::XPath(&path)).await;
        found.unwrap_or_else(|e| panic!("{text}: {e}")).click().await.unwrap_or_else(|e| panic!("{text}: {e}"));
    }

    /// Types into what a selector finds.
    pub async fn fill(&self, selector: &str, text: &str) {
        let found = self.client.wait().for_element(Locator::Css(selector)).await;
        found.unwrap_or_else(|e| panic!("{selector}: {e}")).send_keys(text).await.unwrap();
    }

    /// Asserts that axe-core finds no violation of WCAG 2.2 AA on the page as it stands. Needs script.
    pub async fn check_accessibility(&self) {
        let source =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(&source).expect("axe-core is installed by scripts/test");
        self.client.execute(&axe, vec![]).await.unwrap();
        let run = "const done = arguments[arguments.length - 1]; \
             axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }) \
                .then(r => done({ violations: r.violations.map(v => [v.id, v.help, v.nodes.map(n => n.html + ' ' + n.failureSummary)]), passes: r.passes.length })) \
                .catch(e => done({ violations: [String(e)], passes: 0 }))";
        let result = self.client.execute_async(run, vec![]).await.unwrap();
        assert_eq!(result["violations"], serde_json::json!([]), "on {}", self.client.current_url().await.unwrap());
        assert!(result["passes"].as_u64().unwrap_or(0) > 5, "axe looked at nothing: {result}");
    }

    /// Asserts that nothing makes the page scroll sideways.
    pub async fn check_fits_width(&self) {
        let over = self
            .client
            .execute("return document.documentElement.scrollWidth - window.innerWidth", vec![])
            .await
            .unwrap();
        assert!(over.as_i64().unwrap() <= 0, "the page is {over} px wider than the window");
    }

    /// Saves a picture where `HAILONG_SCREENSHOTS` names a folder, for people to look at.
    pub async fn picture(&self, name: &str) {
        if let Some(folder) = std::env::var_os("HAILONG_SCREENSHOTS") {
            let png = self.client.screenshot().await.unwrap();
            std::fs::write(std::path::Path::new(&folder).join(format!("{name}.png")), png).unwrap();
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ending the driver ends its browser.
        let pid = nix::unistd::Pid::from_raw(i32::try_from(self.driver.id()).unwrap());
        let _ended = nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM);
        let _status = self.driver.wait();
    }
}
