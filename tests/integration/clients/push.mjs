// push.mjs URL BYTES: posts the rows on standard input as a stream, in pieces of that many bytes; prints status and body of the answer.
// With BYTES 0 they are sent as one body of known length.
import { buffer } from "node:stream/consumers";

const [url, bytes] = [process.argv[2], Number(process.argv[3])];
const rows = await buffer(process.stdin);

function stream() {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= rows.length) return controller.close();
      controller.enqueue(rows.subarray(at, (at += bytes)));
    },
  });
}

const body = bytes === 0 ? rows : stream();
const answer = await fetch(url, { method: "POST", headers: { "Content-Type": "application/x-ndjson" }, body, duplex: "half" });
console.log(JSON.stringify({ status: answer.status, type: answer.headers.get("Content-Type"), body: await answer.json() }));
