//! Who may come in: so many connections in all, so many from one address, and each has to say something soon and to use
//! its place. A call uses it once its body is here; who keeps it back waits at his own risk. So a few machines can take
//! all the files that the process may have open only by what costs them as much: whole calls, one after the other.

use std::{
    collections::HashMap,
    io,
    net::IpAddr,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::Notify,
    time::Sleep,
};

use crate::auth::lockout;

/// What HTTP/2 begins with; whatever differs from it is HTTP/1, which has a limit of its own for its headers.
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// At most so many connections, where the process may have enough files open.
const IN_ALL: usize = 4_096;
/// At most so many from one address.
const PER_ADDRESS: usize = 256;
/// Whoever makes no call for so long, and takes nothing of an answer, gives his place back; twice as late at most.
const IDLE: Duration = Duration::from_secs(30);

/// How many may come in, and how long one may say nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections in all.
    pub in_all: usize,
    /// Connections from one address, of IPv6 from one network.
    pub per_address: usize,
    /// How long until the first bytes, and as long again for a handshake.
    pub patience: Duration,
    /// How long one may keep a place without using it.
    pub idle: Duration,
}

impl Limits {
    /// What suits this process: a quarter of its files is left for the database and all else.
    pub fn of_this_process() -> Self {
        let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
        let in_all = open_files(&limits).map_or(IN_ALL, |files| (files / 4 * 3).clamp(16, IN_ALL));
        let per_address = PER_ADDRESS.min(in_all / 4);
        Self { in_all, per_address, patience: Duration::from_secs(10), idle: IDLE }
    }
}

/// How many files the process may have open, as Linux tells it.
fn open_files(limits: &str) -> Option<usize> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Counts who is inside.
#[derive(Clone)]
pub struct Doors {
    limits: Limits,
    inside: Arc<Mutex<Inside>>,
}

#[derive(Default)]
struct Inside {
    /// How many came in so far.
    came: u64,
    uses: Arc<AtomicU64>,
    guests: HashMap<u64, Guest>,
    by_address: HashMap<String, usize>,
    /// Whether somebody was turned away since the last one came in: that is told once, not each time.
    full: bool,
}

struct Guest {
    address: Option<String>,
    usage: Arc<Usage>,
}

/// How a connection uses its place.
pub struct Usage {
    /// Counts uses of all connections, which puts them in order.
    uses: Arc<AtomicU64>,
    last: AtomicU64,
    under_way: AtomicUsize,
    turned_out: Notify,
}

/// A call, under way once its body is here; it ends when this is dropped.
pub struct Call {
    usage: Arc<Usage>,
    is_under_way: AtomicBool,
}

/// A place inside, given back when it is dropped.
pub struct Place {
    inside: Arc<Mutex<Inside>>,
    number: u64,
    usage: Arc<Usage>,
    idle: Duration,
}

impl Usage {
    fn new(uses: Arc<AtomicU64>) -> Self {
        let usage =
            Self { uses, last: AtomicU64::new(0), under_way: AtomicUsize::new(0), turned_out: Notify::new() };
        usage.note();
        usage
    }

    /// A call begins, with its headers.
    pub fn call(self: &Arc<Self>) -> Arc<Call> {
        self.note();
        Arc::new(Call { usage: self.clone(), is_under_way: AtomicBool::new(false) })
    }

    /// Notes a use: a call has ended, or a piece of an answer was taken.
    pub fn note(&self) {
        self.last.store(self.uses.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
    }

    /// The last use; none while a call is under way.
    fn idle_since(&self) -> Option<u64> {
        (self.under_way.load(Ordering::Relaxed) == 0).then(|| self.last.load(Ordering::Relaxed))
    }
}

impl Call {
    /// Its body is here, or nobody asks for it any more: what is awaited now is the answer.
    pub fn is_here(&self) {
        if !self.is_under_way.swap(true, Ordering::Relaxed) {
            self.usage.under_way.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.usage.note();
        if *self.is_under_way.get_mut() {
            self.usage.under_way.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Place {
    /// How the connection uses it.
    pub fn usage(&self) -> Arc<Usage> {
        self.usage.clone()
    }

    /// Returns when the connection has to go: it was idle for too long, or somebody else needs the place.
    pub async fn is_over(&self) {
        loop {
            let before = self.usage.idle_since();
            tokio::select! {
                () = self.usage.turned_out.notified() => return,
                () = tokio::time::sleep(self.idle) => {}
            }
            if before.is_some() && self.usage.idle_since() == before {
                return;
            }
        }
    }
}

impl Inside {
    /// Closes the connection that was idle for longest, of those from an address if one is named. False when all are
    /// in use.
    fn turn_out(&mut self, from: Option<&str>) -> bool {
        let theirs =
            self.guests.iter().filter(|(_, guest)| from.is_none() || guest.address.as_deref() == from);
        let idle = theirs.filter_map(|(number, guest)| Some((guest.usage.idle_since()?, *number)));
        let Some((_, number)) = idle.min() else { return false };
        if let Some(guest) = self.leave(number) {
            guest.usage.turned_out.notify_one();
        }
        true
    }

    /// The address with most connections; none when they are all of those who speak for many.
    fn most(&self) -> Option<String> {
        self.by_address.iter().max_by_key(|(_, count)| **count).map(|(address, _)| address.clone())
    }

    fn leave(&mut self, number: u64) -> Option<Guest> {
        let guest = self.guests.remove(&number)?;
        if let Some(address) = &guest.address
            && let Some(count) = self.by_address.get_mut(address)
        {
            *count -= 1;
            if *count == 0 {
                self.by_address.remove(address);
            }
        }
        Some(guest)
    }
}

impl Doors {
    /// Nobody is inside.
    pub fn new(limits: Limits) -> Self {
        Self { limits, inside: Arc::default() }
    }

    /// How long somebody may say nothing.
    pub const fn patience(&self) -> Duration {
        self.limits.patience
    }

    /// A place for a connection. When there are too many, the one that was idle for longest has to go: of the same
    /// address where that has its share, else of the address that has most. None when all of those are in use. A proxy
    /// that is believed, and this machine itself, speak for many: for them counts the number in all alone.
    pub fn enter(&self, peer: IpAddr, speaks_for_many: bool) -> Option<Place> {
        let address = (!speaks_for_many && !peer.to_canonical().is_loopback())
            .then(|| lockout::address(&peer.to_string()));
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let there = address.as_ref().and_then(|address| inside.by_address.get(address)).copied();
        let has_its_share = there.unwrap_or_default() >= self.limits.per_address;
        if inside.guests.len() >= self.limits.in_all || has_its_share {
            if !inside.full {
                inside.full = true;
                let in_all = inside.guests.len();
                tracing::warn!(%peer, in_all, "too many connections, idle or further ones are closed");
            }
            let from = if has_its_share { address.clone() } else { inside.most() };
            let made_room = inside.turn_out(from.as_deref()) || (!has_its_share && inside.turn_out(None));
            if !made_room {
                return None;
            }
        } else {
            inside.full = false;
        }
        inside.came += 1;
        let (number, usage) = (inside.came, Arc::new(Usage::new(inside.uses.clone())));
        if let Some(address) = &address {
            *inside.by_address.entry(address.clone()).or_default() += 1;
        }
        inside.guests.insert(number, Guest { address, usage: usage.clone() });
        drop(inside);
        Some(Place { inside: self.inside.clone(), number, usage, idle: self.limits.idle })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        inside.leave(self.number);
    }
}

/// A stream that fails when its peer has not said in time which version of HTTP it speaks.
pub struct Prompt<S> {
    stream: S,
    deadline: Option<Pin<Box<Sleep>>>,
    /// How many bytes of the preface were heard.
    heard: usize,
}

impl<S> Prompt<S> {
    /// The time runs from now.
    pub fn new(stream: S, patience: Duration) -> Self {
        Self { stream, deadline: Some(Box::pin(tokio::time::sleep(patience))), heard: 0 }
    }

    fn hear(&mut self, bytes: &[u8]) {
        let wanted = &PREFACE[self.heard..];
        let length = bytes.len().min(wanted.len());
        self.heard += length;
        if bytes[..length] != wanted[..length] || self.heard == PREFACE.len() {
            self.deadline = None;
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Prompt<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        match Pin::new(&mut this.stream).poll_read(cx, buffer) {
            Poll::Ready(outcome) => {
                if this.deadline.is_some() {
                    this.hear(&buffer.filled()[before..]);
                }
                Poll::Ready(outcome)
            }
            Poll::Pending => match &mut this.deadline {
                None => Poll::Pending,
                Some(deadline) => {
                    ready!(deadline.as_mut().poll(cx));
                    Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
                }
            },
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Prompt<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doors(in_all: usize, per_address: usize) -> Doors {
        Doors::new(Limits { in_all, per_address, patience: Duration::from_secs(10), idle: IDLE })
    }

    /// Comes in and makes a call that goes on.
    fn busy(doors: &Doors, address: &str, many: bool) -> Option<(Place, Arc<Call>)> {
        let place = doors.enter(address.parse().unwrap(), many)?;
        let call = place.usage().call();
        call.is_here();
        Some((place, call))
    }

    #[test]
    fn one_address_has_its_share_and_gives_it_back() {
        let doors = doors(5, 2);
        let enter = |address: &str| busy(&doors, address, false);
        let (one, two) = (enter("192.0.2.1"), enter("::ffff:192.0.2.1"));
        assert!(one.is_some() && two.is_some());
        assert!(enter("192.0.2.1").is_none());
        let other = enter("2001:db8:0:1::1");
        let same_network = enter("2001:db8:0:2::2");
        assert!(other.is_some() && same_network.is_some() && enter("2001:db8:0:3::3").is_none());
        drop(one);
        let again = enter("192.0.2.1");
        assert!(again.is_some());
        let last = enter("192.0.2.9");
        assert!(last.is_some() && enter("192.0.2.10").is_none(), "five are inside");
        drop((two, other, same_network, again, last));
        assert!(doors.inside.lock().unwrap().by_address.is_empty());
    }

    #[test]
    fn who_speaks_for_many_counts_only_in_all() {
        let doors = doors(4, 1);
        let enter = |address: &str, many| busy(&doors, address, many);
        let inside = [enter("10.0.0.1", true), enter("10.0.0.1", true), enter("127.0.0.1", false)];
        assert!(inside.iter().all(Option::is_some));
        let last = enter("::1", false);
        assert!(last.is_some() && enter("127.0.0.1", false).is_none() && enter("10.0.0.1", true).is_none());
    }

    #[tokio::test]
    async fn when_it_is_full_the_longest_idle_of_those_who_have_most_goes() {
        let doors = doors(4, 3);
        let enter = |address: &str| doors.enter(address.parse().unwrap(), false);
        let quiet = enter("198.51.100.7").unwrap();
        let crowd = [(); 3].map(|()| enter("192.0.2.1").unwrap());
        let call = crowd[0].usage().call();
        call.is_here();
        let newcomer = enter("203.0.113.9").unwrap();
        crowd[1].is_over().await;
        let gone = |place: &Place| !doors.inside.lock().unwrap().guests.contains_key(&place.number);
        assert_eq!(crowd.each_ref().map(gone), [false, true, false]);
        assert!(!gone(&quiet) && !gone(&newcomer));
        // The place is somebody else's now: leaving frees no second one.
        drop(crowd);
        assert_eq!(doors.inside.lock().unwrap().guests.len(), 2);
        drop(call);
    }

    #[test]
    fn the_files_that_may_be_open_are_read() {
        let told = "Limit                     Soft Limit           Hard Limit           Units\n\
            Max cpu time              unlimited            unlimited            seconds\n\
            Max open files            1024                 524288               files\n";
        assert_eq!(open_files(told), Some(1_024));
        assert_eq!(open_files(""), None);
        let limits = Limits::of_this_process();
        assert!(limits.in_all <= IN_ALL && limits.per_address <= limits.in_all, "{limits:?}");
    }
}
