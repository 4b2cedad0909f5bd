"""Writes schemas.json: what ONNX itself says about the operators of its own domain, in every version.

Run with onnx 1.23.1: python make.py
"""

import json
from pathlib import Path

import onnx
from onnx import defs, helper

UNBOUNDED = 2**31 - 1


def default_of(attribute):
    if not attribute.default_value.name:
        return None
    return text_of(helper.get_attribute_value(attribute.default_value))


def text_of(value):
    if isinstance(value, list):
        return [text_of(item) for item in value]
    return value.decode() if isinstance(value, bytes) else value


def describe(schema):
    return {
        "since": schema.since_version,
        "deprecated": schema.deprecated,
        "inputs": [schema.min_input, None if schema.max_input == UNBOUNDED else schema.max_input],
        "attributes": {
            name: {
                "type": attribute.type.name.lower(),
                "required": attribute.required,
                "default": default_of(attribute),
            }
            for name, attribute in sorted(schema.attributes.items())
        },
    }


def main():
    operators = {}
    for schema in defs.get_all_schemas_with_history():
        if schema.domain == "":
            operators.setdefault(schema.name, []).append(describe(schema))
    for versions in operators.values():
        versions.sort(key=lambda version: version["since"])
    rows = ",\n".join(
        f"  {json.dumps(name)}: [\n    " + ",\n    ".join(json.dumps(v) for v in versions) + "\n  ]"
        for name, versions in sorted(operators.items())
    )
    text = f'{{\n"onnx": "{onnx.__version__}",\n"operators": {{\n{rows}\n}}\n}}\n'
    Path(__file__).with_name("schemas.json").write_text(text)


main()
