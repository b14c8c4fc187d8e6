import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { Command } from 'commander';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { addFleetCommand } from '../../src/cli/fleet.js';
import { addServeCommand } from '../../src/cli/serve.js';
import { addWorkCommand } from '../../src/cli/work.js';
import { packageRoot } from '../../src/core/package-root.js';

const deploy = join(packageRoot(), 'deploy');
const labels = z.record(z.string(), z.string());
const name = z.string().regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
const metadata = z.strictObject({ name, labels: labels.optional() });
const selector = z.strictObject({ matchLabels: labels });
const probe = z.strictObject({
  httpGet: z.strictObject({ path: z.enum(['/livez', '/readyz']), port: z.string() }),
  ...{ periodSeconds: z.int().optional(), timeoutSeconds: z.int().optional(), failureThreshold: z.int().optional() },
});
const amounts = z.strictObject({ cpu: z.string().optional(), memory: z.string().optional() });
const container = z.strictObject({
  ...{ name, image: z.string().regex(/^[\w./-]+:[\w.-]+$/), args: z.array(z.string()) },
  env: z.array(z.strictObject({ name: z.string(), valueFrom: z.object({ fieldRef: z.object({}) }) })).optional(),
  envFrom: z.array(z.strictObject({ secretRef: z.strictObject({ name: z.literal('daylit-fleet') }) })),
  ports: z.array(z.strictObject({ name, containerPort: z.int() })).optional(),
  ...{ startupProbe: probe.optional(), livenessProbe: probe.optional(), readinessProbe: probe.optional() },
  resources: z.strictObject({ requests: amounts, limits: amounts }),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  volumeMounts: z.array(z.strictObject({ name, mountPath: z.string(), readOnly: z.boolean().optional() })),
});
const template = z.strictObject({
  metadata: z.strictObject({ labels }),
  spec: z.strictObject({
    terminationGracePeriodSeconds: z.int().optional(),
    automountServiceAccountToken: z.literal(false),
    securityContext: z.strictObject({
      ...{ runAsNonRoot: z.literal(true), runAsUser: z.int(), fsGroup: z.int().optional() },
      seccompProfile: z.strictObject({ type: z.literal('RuntimeDefault') }),
    }),
    containers: z.array(container).min(1),
    volumes: z.array(z.object({ name })),
  }),
});
const metric = z.strictObject({
  type: z.literal('External'),
  external: z.strictObject({
    metric: z.strictObject({ name: z.string() }),
    target: z.union([
      z.strictObject({ type: z.literal('AverageValue'), averageValue: z.string() }),
      z.strictObject({ type: z.literal('Value'), value: z.string() }),
    ]),
  }),
});
/** What is used of the Kubernetes API, after its reference. */
const manifest = z.discriminatedUnion('kind', [
  z.strictObject({
    ...{ apiVersion: z.literal('v1'), kind: z.literal('Secret'), metadata, type: z.literal('Opaque') },
    stringData: labels,
  }),
  z.strictObject({ apiVersion: z.literal('v1'), kind: z.literal('ConfigMap'), metadata, data: labels }),
  z.strictObject({
    ...{ apiVersion: z.literal('v1'), kind: z.literal('Service'), metadata },
    spec: z.strictObject({
      ...{ clusterIP: z.literal('None'), selector: labels },
      ports: z.array(z.strictObject({ name, port: z.int(), targetPort: z.string() })),
    }),
  }),
  z.strictObject({
    ...{ apiVersion: z.literal('apps/v1'), kind: z.literal('StatefulSet'), metadata },
    spec: z.strictObject({
      ...{ serviceName: name, replicas: z.int(), podManagementPolicy: z.literal('Parallel'), selector, template },
      volumeClaimTemplates: z.array(z.object({ metadata, spec: z.object({ accessModes: z.array(z.string()) }) })),
    }),
  }),
  z.strictObject({
    ...{ apiVersion: z.literal('apps/v1'), kind: z.literal('Deployment'), metadata },
    spec: z.strictObject({ replicas: z.int(), selector, template }),
  }),
  z.strictObject({
    ...{ apiVersion: z.literal('policy/v1'), kind: z.literal('PodDisruptionBudget'), metadata },
    spec: z.strictObject({ maxUnavailable: z.int(), selector }),
  }),
  z.strictObject({
    ...{ apiVersion: z.literal('autoscaling/v2'), kind: z.literal('HorizontalPodAutoscaler'), metadata },
    spec: z.strictObject({
      scaleTargetRef: z.strictObject({ apiVersion: z.literal('apps/v1'), kind: z.literal('StatefulSet'), name }),
      ...{ minReplicas: z.int(), maxReplicas: z.int(), metrics: z.array(metric).min(1) },
      behavior: z.strictObject({ scaleDown: z.strictObject({ stabilizationWindowSeconds: z.int() }) }),
    }),
  }),
]);

function documents(path: string): readonly unknown[] {
  return parseAllDocuments(readFileSync(path, 'utf8'), { merge: true }).map((document) => {
    assert.deepEqual(document.errors, [], path);
    return document.toJS() as unknown;
  });
}

const manifests = readdirSync(join(deploy, 'kubernetes'))
  .flatMap((file) => documents(join(deploy, 'kubernetes', file)))
  .map((document) => manifest.parse(document));

/** Every command and flag that is written is one that there is. */
function assertFlags(args: readonly string[]): void {
  const program = new Command('daylit');
  addWorkCommand(program, '0');
  addFleetCommand(program);
  addServeCommand(program);
  const command = program.commands.find((each) => each.name() === args[0]);
  assert.ok(command, args[0]);
  const known = command.options.map(({ long }) => long);
  for (const flag of args.filter((each) => each.startsWith('--'))) assert.ok(known.includes(flag), args.join(' '));
}

suite('manifests of a fleet', () => {
  test('Kubernetes: pods carry the labels that select them, ports and volumes have the names they are called by', () => {
    const pods = manifests.filter((each) => each.kind === 'StatefulSet' || each.kind === 'Deployment');
    assert.equal(pods.length, 2);
    for (const { spec } of pods) {
      assert.deepEqual(spec.selector.matchLabels, spec.template.metadata.labels);
      const claims =
        'volumeClaimTemplates' in spec ? spec.volumeClaimTemplates.map((claim) => claim.metadata.name) : [];
      const volumes = [...claims, ...spec.template.spec.volumes.map((volume) => volume.name)];
      for (const { args, ports = [], volumeMounts, livenessProbe, startupProbe } of spec.template.spec.containers) {
        assertFlags(args);
        for (const mount of volumeMounts) assert.ok(volumes.includes(mount.name), mount.name);
        for (const { httpGet } of [livenessProbe, startupProbe].filter((each) => each !== undefined))
          assert.ok(ports.some((port) => port.name === httpGet.port));
      }
    }
    const scaled = manifests.find(({ kind }) => kind === 'HorizontalPodAutoscaler');
    assert.ok(scaled?.kind === 'HorizontalPodAutoscaler');
    assert.ok(pods.some((pod) => pod.metadata.name === scaled.spec.scaleTargetRef.name));
    const secret = manifests.find(({ kind }) => kind === 'Secret');
    assert.deepEqual(secret?.kind === 'Secret' ? Object.keys(secret.stringData) : [], [
      ...['DAYLIT_QUEUE', 'DAYLIT_FLEET_KEY'],
    ]);
  });

  test('Compose: commands, files and volumes are there, images have versions', () => {
    const service = z.object({
      ...{ image: z.string(), command: z.array(z.string()).optional(), volumes: z.array(z.string()).default([]) },
      configs: z.array(z.object({ source: z.string() })).default([]),
    });
    const file = z.object({
      services: z.record(z.string(), service),
      configs: z.looseObject({}),
      volumes: z.looseObject({}),
    });
    const { services, configs, volumes } = file.parse(documents(join(deploy, 'compose.yml'))[0]);
    assert.deepEqual(Object.keys(services), [
      ...['redis', 'worker', 'cameras', 'page', 'mediamtx', 'prometheus', 'grafana'],
    ]);
    for (const { image, command = [], volumes: mounted, configs: used } of Object.values(services)) {
      if (image === 'daylit') assertFlags(command);
      else assert.match(image, /:\D*\d+\.\d+/);
      for (const { source } of used) assert.ok(source in configs, source);
      for (const [from = ''] of mounted.map((each) => each.split(':'))) {
        // The user's own cameras come to lie in etc/.
        if (from.startsWith('./')) assert.ok(from === './etc' || existsSync(join(deploy, from)), from);
        else assert.ok(from in volumes, from);
      }
    }
  });
});
