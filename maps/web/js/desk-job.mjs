/** Follow a job until it is over, then show its report. */
const holder = document.getElementById("job");
const bar = document.getElementById("job-progress");
const count = document.getElementById("job-count");

if (holder.dataset.over === "false") setTimeout(look, 700);

async function look() {
  try {
    const answer = await fetch(`/jobs/${holder.dataset.job}`, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (answer.ok) {
      const job = await answer.json();
      if (["succeeded", "failed", "cancelled"].includes(job.state)) {
        location.reload();
        return;
      }
      if (job.total) {
        bar.max = job.total;
        bar.value = job.done;
        count.textContent = `${job.done} / ${job.total}`;
      }
    }
  } catch {
    // The next look may find the server again.
  }
  setTimeout(look, 1500);
}
