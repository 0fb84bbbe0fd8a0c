//! Answers of the server that come late, or fail, as the test wants it.

use serde_json::json;

use super::browser::Browser;

/// Stands between the page and the server until the page is loaded anew.
const BETWEEN: &str = "
    const [part, status] = arguments;
    window.asked ??= window.fetch;
    window.late ??= [];
    window.calls = [];
    window.fetch = async (request, ...more) => {
        const url = request.url ?? String(request);
        const call = `${request.method ?? 'GET'} ${url}`;
        window.calls.push(call);
        if (!part || !call.includes(part)) return window.asked(request, ...more);
        if (status === 'lost') {
            await window.asked(request, ...more);
            throw new TypeError('the answer was lost');
        }
        if (status) {
            const error = { code: 'UnknownError', message: 'the test says no', innerError: {} };
            return new Response(JSON.stringify({ error }), { status });
        }
        const answer = await window.asked(request, ...more);
        await new Promise(go => window.late.push(go));
        return answer;
    };
";

impl Browser {
    /// The server answers, but calls in which this part occurs (method, blank, address) hear it only when
    /// [`Self::lets_through`] is called.
    pub async fn keeps_back(&self, part: &str) {
        self.script(BETWEEN, vec![json!(part), json!(null)]).await;
    }

    /// From now on such calls fail with this status; with an empty part all of them reach the server again.
    pub async fn refuses_calls(&self, part: &str, status: u16) {
        self.script(BETWEEN, vec![json!(part), json!(status)]).await;
    }

    /// From now on such calls reach the server, and its answers get lost.
    pub async fn loses_answers(&self, part: &str) {
        self.script(BETWEEN, vec![json!(part), json!("lost")]).await;
    }

    /// The cookie is gone, as after the session was ended elsewhere.
    pub async fn forgets_the_session(&self) {
        self.client.delete_all_cookies().await.expect("cookies can be deleted");
    }

    /// Waits until so many answers are kept back.
    pub async fn has_kept_back(&self, count: u64) {
        self.until(format!("{count} late answers"), async || {
            (self.script("return window.late.length;", Vec::new()).await == json!(count)).then_some(())
        })
        .await;
    }

    /// Lets through what was kept back, and waits until the page has read it.
    pub async fn lets_through(&self) {
        let go = "for (const go of window.late.splice(0)) go();
                  setTimeout(arguments[arguments.length - 1], 300);";
        self.script_later(go, Vec::new()).await;
    }

    /// Waits until the page made a call with this part since calls were last meddled with.
    pub async fn has_called(&self, part: &str) {
        let made = "return window.calls.some(call => call.includes(arguments[0]));";
        self.until(format!("a call of `{part}`"), async || {
            (self.script(made, vec![json!(part)]).await == json!(true)).then_some(())
        })
        .await;
    }

    /// How many calls with this part the page made in so many milliseconds.
    pub async fn calls_in(&self, part: &str, milliseconds: u32) -> u64 {
        let count = "const [part, length, tell] = arguments;
                     window.calls.length = 0;
                     setTimeout(() => tell(window.calls.filter(call => call.includes(part)).length), length);";
        let counted = self.script_later(count, vec![json!(part), json!(milliseconds)]).await;
        counted.as_u64().expect("a count")
    }
}
