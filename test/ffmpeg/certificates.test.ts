import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { uncheckedCertificate } from '../../src/ffmpeg/certificates.js';

suite('certificates', () => {
  test('whoever is not checked is named, without credentials', () => {
    for (const address of ['https://u:secret@cam/1', 'https://cam/a.m3u8?token=secret', 'RTMPS://live/a']) {
      const notice = uncheckedCertificate(address, { checksCertificates: false });
      assert.equal(notice?.kind, 'certificate');
      assert.doesNotMatch(JSON.stringify(notice), /secret/);
      assert.equal(uncheckedCertificate(address, { checksCertificates: true }), undefined);
    }
  });

  test('where there is no certificate, there is nothing to say', () => {
    for (const address of ['rtsp://cam/1', 'rtsps://cam/1', 'srt://a:1', 'v4l2:/dev/video0', 'out.mp4'])
      assert.equal(uncheckedCertificate(address, { checksCertificates: false }), undefined);
  });
});
