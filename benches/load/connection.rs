//! One connection of an HTTP/1.1 client that is kept open and allocates nothing for a request.

use std::io::{Error, ErrorKind, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The longest answer that is taken; pages are smaller.
const LONGEST: usize = 256 * 1024;

/// A connection. It opens itself when it is first used, and again after it was lost.
pub struct Connection<'a> {
    address: &'a str,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

/// What the head of an answer tells.
struct Head {
    status: u16,
    /// How many bytes the whole answer has; none where it comes in chunks.
    length: Option<usize>,
    closes: bool,
}

impl<'a> Connection<'a> {
    /// To host and port.
    pub fn new(address: &'a str) -> Self {
        Self { address, stream: None, buffer: vec![0; LONGEST] }
    }

    /// Sends a request and reads the answer to its end; returns its status.
    pub async fn exchange(&mut self, request: &[u8]) -> Result<u16> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.address).await?;
                stream.set_nodelay(true)?;
                stream
            }
        };
        stream.write_all(request).await?;
        let head = read(&mut stream, &mut self.buffer).await?;
        // Dropped after an error, too: what still comes belongs to no request.
        self.stream = Some(stream).filter(|_| !head.closes);
        Ok(head.status)
    }
}

async fn read(stream: &mut TcpStream, buffer: &mut [u8]) -> Result<Head> {
    let mut filled = 0;
    let mut known: Option<Head> = None;
    loop {
        let count = stream.read(&mut buffer[filled..]).await?;
        if count == 0 {
            let why =
                if filled == buffer.len() { "the answer is too long" } else { "the server closed the connection" };
            return Err(Error::new(ErrorKind::UnexpectedEof, why));
        }
        filled += count;
        if known.is_none() {
            known = head(&buffer[..filled])?;
        }
        let is_whole = known.as_ref().is_some_and(|head| match head.length {
            Some(length) => filled >= length,
            None => buffer[..filled].ends_with(b"0\r\n\r\n"),
        });
        if let Some(head) = known.take_if(|_| is_whole) {
            return Ok(head);
        }
    }
}

/// The head, once it is there.
fn head(bytes: &[u8]) -> Result<Option<Head>> {
    let mut headers = [httparse::EMPTY_HEADER; 48];
    let mut response = httparse::Response::new(&mut headers);
    let end = match response.parse(bytes).map_err(|error| Error::new(ErrorKind::InvalidData, error))? {
        httparse::Status::Complete(end) => end,
        httparse::Status::Partial => return Ok(None),
    };
    let value = |name: &str| {
        let header = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        header.and_then(|header| std::str::from_utf8(header.value).ok())
    };
    let length = value("content-length").and_then(|length| length.trim().parse::<usize>().ok());
    let is_chunked = value("transfer-encoding").is_some();
    Ok(Some(Head {
        status: response.code.unwrap_or(0),
        length: if is_chunked { None } else { Some(end + length.unwrap_or(0)) },
        closes: value("connection").is_some_and(|value| value.eq_ignore_ascii_case("close")),
    }))
}
