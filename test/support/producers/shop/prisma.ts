import { enqueue } from '#millrace';
import type { PrismaClient } from './generated/client.ts';
import { type Order, orderPlaced } from './order-placed.ts';

export async function placeOrder(prisma: PrismaClient, order: Order) {
  await prisma.$transaction(async (tx) => {
    await tx.customerOrder.create({ data: { id: order.orderId, email: order.email } });
    await enqueue((...statement) => tx.$queryRaw(...statement), orderPlaced, order, {
      idempotencyKey: order.orderId,
    });
  });
}
