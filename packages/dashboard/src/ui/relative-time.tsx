import { age, exactTime, relativeTime, timeLeft } from '../words/time.ts';
import { useNow } from './now.ts';

/** `3 min ago`, with the exact time on hover. */
export function RelativeTime({ at }: { at: string }) {
  const now = useNow(5000);
  return <Time at={at} words={relativeTime(Date.parse(at), now)} />;
}

/** `3 min`, the age of what began then, with the exact start on hover. */
export function Age({ since }: { since: string }) {
  const now = useNow(1000);
  return <Time at={since} words={age(Date.parse(since), now)} />;
}

/** `14 min 20 s`, counting down, with the exact end on hover. */
export function TimeLeft({ until }: { until: string }) {
  const now = useNow(1000);
  return <Time at={until} words={timeLeft(Date.parse(until), now)} />;
}

function Time({ at, words }: { at: string; words: string }) {
  return (
    <time dateTime={at} title={exactTime(Date.parse(at))} className="whitespace-nowrap">
      {words}
    </time>
  );
}
