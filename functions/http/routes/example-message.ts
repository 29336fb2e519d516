// The message that all examples in the API's description are about.
export const exampleId = '0198f2c4-7d1e-7a3b-9c55-3e8f0a6d2b41';

export const exampleMessage = {
  type: 'order.placed',
  payload: { orderId: 'A-1', email: 'reader@example.com' },
};

export const exampleEnqueued = {
  id: exampleId,
  type: exampleMessage.type,
  status: 'pending',
  duplicate: false,
  statusToken: 'mst_1AGq1c9KACY8sR9Heoym8VfP',
};

export const exampleInstant = '2026-08-28T10:15:00.123456+00:00';

export const exampleFingerprint = '5b6f0c3b7a0e41d2';
