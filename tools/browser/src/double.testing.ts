/** A shader that doubles numbers, written for the test of an adapter: what a GPU made of 1, 2, 3 and 4. */
export async function double(gpu: GPU): Promise<number[]> {
  const adapter = await gpu.requestAdapter();
  if (!adapter) throw new Error('There is no adapter');
  const device = await adapter.requestDevice();
  const values = Float32Array.of(1, 2, 3, 4);
  const usage = 0x80 | 0x08 | 0x04; // STORAGE, COPY_DST, COPY_SRC
  const data = device.createBuffer({ size: values.byteLength, usage });
  const read = device.createBuffer({ size: values.byteLength, usage: 0x01 | 0x08 }); // MAP_READ, COPY_DST
  device.queue.writeBuffer(data, 0, values);
  const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module: shader(device) } });
  const entries = [{ binding: 0, resource: { buffer: data } }];
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
  pass.dispatchWorkgroups(1);
  pass.end();
  encoder.copyBufferToBuffer(data, 0, read, 0, values.byteLength);
  device.queue.submit([encoder.finish()]);
  await read.mapAsync(0x01);
  const doubled = [...new Float32Array(read.getMappedRange().slice(0))];
  device.destroy();
  return doubled;
}

const shader = (device: GPUDevice): GPUShaderModule =>
  device.createShaderModule({
    code: `
      @group(0) @binding(0) var<storage, read_write> data: array<f32>;
      @compute @workgroup_size(4) fn double(@builtin(local_invocation_index) i: u32) { data[i] *= 2.0; }
    `,
  });
