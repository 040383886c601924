// The line to the server: questions by fetch, news by server-sent events, both with the page's wearer.

const wearer = new URLSearchParams(location.search).get("wearer");
const query = wearer === null ? "" : `?wearer=${encodeURIComponent(wearer)}`;
const TRY_AGAIN_MS = 2000;

// The same for a link that is followed, not fetched; it has a question of its own already.
export const withWearer = (href) => (wearer === null ? href : `${href}&wearer=${encodeURIComponent(wearer)}`);

export async function ask(path) {
  const response = await fetch(path + query, { cache: "no-store" });
  const body = await response.json();
  if (!response.ok) throw new Error(body.error);
  return body;
}

// Writes; the JSON content type is what a foreign page cannot send.
export async function tell(path, says = {}) {
  const response = await fetch(path + query, {
    method: "POST", cache: "no-store", headers: { "content-type": "application/json" }, body: JSON.stringify(says),
  });
  const body = await response.json();
  if (!response.ok) throw new Error(body.error);
  return body;
}

// Calls onNow(view) at each change, onTrouble(sentence) when the server cannot read its data, and
// onLost() when the server is gone. Comes back by itself.
export function follow({ onNow, onTrouble, onLost }) {
  const source = new EventSource("/api/events" + query);
  source.addEventListener("now", (event) => onNow(JSON.parse(event.data)));
  source.addEventListener("trouble", (event) => onTrouble(JSON.parse(event.data).error));
  source.addEventListener("error", () => {
    onLost();
    // After a refusal (not a broken line) the browser gives up; we do not.
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(() => follow({ onNow, onTrouble, onLost }), TRY_AGAIN_MS);
    }
  });
}
