//! An RPC server that replies as a test scripts it.

use serde_json::{json, Value};
use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    thread,
};

/// The reply to one request.
pub enum Reply {
    /// A JSON-RPC result.
    Result(Value),
    /// A JSON-RPC error.
    Error(Value),
    /// The connection closes without a reply.
    HangUp,
}

/// Serves `requests` requests and then closes the port. `script` returns the reply to a method with its parameters. Returns
/// the URL.
pub fn serve(
    requests: usize,
    mut script: impl FnMut(&str, &Value) -> Reply + Send + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().take(requests) {
            answer(stream.unwrap(), &mut script);
        }
    });
    url
}

fn answer(mut stream: TcpStream, script: &mut impl FnMut(&str, &Value) -> Reply) {
    let request = read_body(&mut stream);
    let id = &request["id"];
    let answer = match script(request["method"].as_str().unwrap(), &request["params"]) {
        Reply::Result(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Reply::Error(error) => json!({ "jsonrpc": "2.0", "id": id, "error": error }),
        Reply::HangUp => return,
    };
    let body = answer.to_string();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n";
    let length = body.len();
    write!(stream, "{head}Content-Length: {length}\r\n\r\n{body}").unwrap();
}

fn read_body(stream: &mut TcpStream) -> Value {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.unwrap().parse().unwrap()];
    stream.read_exact(&mut body).unwrap();
    serde_json::from_slice(&body).unwrap()
}

/// Height of the last block that can contain a transaction signed with [`blockhash`].
pub const LAST_VALID: u64 = 150;

/// Returns the reply to `getLatestBlockhash`.
pub fn blockhash() -> Reply {
    let value = json!({
        "blockhash": "11111111111111111111111111111112",
        "lastValidBlockHeight": LAST_VALID,
    });
    Reply::Result(json!({ "context": { "slot": 1 }, "value": value }))
}

/// Returns the status of a transaction that the server, at `slot`, does not know.
pub fn nothing(slot: u64) -> Reply {
    Reply::Result(json!({ "context": { "slot": slot }, "value": [null] }))
}

/// Returns the status of a transaction in a block, with this error or null.
pub fn status(commitment: &str, error: Value) -> Reply {
    let result = match &error {
        Value::Null => json!({ "Ok": null }),
        error => json!({ "Err": error }),
    };
    let status = json!({
        "slot": 5, "confirmations": 1, "err": error, "status": result, "confirmationStatus": commitment,
    });
    Reply::Result(json!({ "context": { "slot": 6 }, "value": [status] }))
}

/// Returns the reply to `getEpochInfo`: the server is at this slot and block height.
pub fn height(slot: u64, height: u64) -> Reply {
    Reply::Result(json!({
        "absoluteSlot": slot, "blockHeight": height,
        "epoch": 0, "slotIndex": slot, "slotsInEpoch": 432_000, "transactionCount": 1,
    }))
}
