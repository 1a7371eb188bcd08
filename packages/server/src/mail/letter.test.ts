import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderLetter } from './letter.ts';
import { keyAnomalyLetter } from './letters.ts';

const KEY = {
  id: 7,
  prefix: 'instavm_sk_0123456789AB',
  label: 'ci',
  accountName: 'Ada',
  url: 'https://x/keys/7',
};

test('both parts say the same and hold the link', () => {
  const { subject, text, html } = renderLetter(keyAnomalyLetter(KEY, 'It came from a new place.', false));
  assert.equal(subject, 'Unusual use of API key ci');
  for (const part of [text, html]) {
    assert.match(part, /instavm_sk_0123456789AB…/);
    assert.match(part, /It came from a new place\./);
    assert.match(part, /https:\/\/x\/keys\/7/);
  }
});

test('security: text of others is text: no markup in HTML, no line in the subject, no address from it', () => {
  const label = '<img src=x onerror=alert(1)>\r\nBcc: mallory@example.org';
  const { subject, html } = renderLetter(keyAnomalyLetter({ ...KEY, label }, '<b>&"', true));
  assert.doesNotMatch(subject, /[\r\n]/);
  assert.doesNotMatch(html, /<img|<b>/);
  assert.match(html, /&lt;b&gt;&amp;&quot;/, 'control: it is there as text');
});

test('security: HTML loads nothing', () => {
  const { html } = renderLetter(keyAnomalyLetter(KEY, 'x', false));
  assert.doesNotMatch(html, /<(img|link|script|iframe)|url\(|@import/);
});
