//! How partitions leave the threads to each other.

use std::future::poll_fn;
use std::task::Poll;

/// Goes to the end of the queue, from where any thread may take it up.
///
/// Whom a task wakes stands first in the queue of its own thread, where no other may take it from: who wakes another and
/// then works on keeps it waiting. And a task that yields as tokio has it is queued only when its thread has nothing else
/// to do.
pub(super) async fn step_aside() {
    let mut aside = false;
    poll_fn(|context| {
        if std::mem::replace(&mut aside, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
