"""What PyTorch, Keras and onnxruntime compute for single layers: torch.json, keras.json and onnx.json; and decoder.onnx, a
model of two layers for the code in the README of the package polyphase.

Run with torch 2.13.0, keras 3.15.1 on tensorflow-cpu 2.21.0, onnx 1.23.1 and onnxruntime 1.30.0: python make.py

A row names a layer and holds its operands in order (null: left out), its other arguments as the framework takes them,
tensors among them, and the outputs.
"""

from keras_rows import keras_rows
from onnx_rows import onnx_rows, write_decoder
from recording import write
from torch_rows import torch_rows

write("torch", torch_rows())
write("keras", keras_rows())
write("onnx", onnx_rows())
write_decoder()
