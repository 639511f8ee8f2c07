"""MiniStack, but for six differences from AWS that stand in the way of a deployment. All else is its own.

Its CloudFormation would refuse a whole template for what it does not know of it: an alarm of several metrics, or of an
anomaly, is stored by its name, and a budget, the style of login pages and the
response of a route not at all. Nothing here sees them at work.

Its container registry, asked for an image that it does not have, would answer with an empty list; CDK goes by the
error that AWS answers with, and would never push.

Its API Gateway would tell functions of a domain name that ends in an address, which is no valid URL.

Its list of dashboards, in JSON, would tell their dates as text, where the SDK expects seconds.

Its CloudFront would look for API Gateway at AWS.

Its CloudFormation would look for the output of another stack in its own region alone.
"""

import os
import re

from ministack.app import app  # noqa: F401
from ministack.core.responses import _request_region, error_response_json
from ministack.services import apigateway, cloudfront, cloudwatch, ecr
from ministack.services.cloudformation import engine, provisioners

record_of_one_metric = provisioners._cw_metric_alarm_record


def record_of_alarm(name, props):
    if "Metrics" not in props:
        return record_of_one_metric(name, props)
    metric = {"MetricName": "Several", "Namespace": "Unwatched", "Threshold": props.get("Threshold", 0)}
    return record_of_one_metric(name, {**props, **metric, "Metrics": None})


provisioners._cw_metric_alarm_record = record_of_alarm
for unknown in [
    "AWS::Budgets::Budget",
    "AWS::Cognito::ManagedLoginBranding",
    "AWS::ApiGatewayV2::RouteResponse",
]:
    provisioners._RESOURCE_HANDLERS[unknown] = {
        "create": lambda logical_id, props, stack_name: (f"{stack_name}-{logical_id}", {}),
        "update": lambda physical_id, old_props, new_props, stack_name: (physical_id, {}),
        "delete": lambda physical_id, props: None,
    }

apigateway._HOST = "localhost"

describe_images = ecr._describe_images


def describe_images_or_fail(data):
    wanted = data.get("imageIds") or []
    name = data.get("repositoryName", "")
    if name in ecr._repositories and any(ecr._find_image(name, image) is None for image in wanted):
        return error_response_json("ImageNotFoundException", f"There is no such image in '{name}'", 400)
    return describe_images(data)


ecr._describe_images = describe_images_or_fail


json_timestamps = cloudwatch._json_timestamps


def json_timestamps_of_dashboards_too(value):
    answer = json_timestamps(value)
    if isinstance(answer, dict) and "LastModified" in answer:
        answer["LastModified"] = cloudwatch._json_timestamp(answer["LastModified"])
    return answer


cloudwatch._json_timestamps = json_timestamps_of_dashboards_too


forward_to_origin = cloudfront._forward_to_origin


def forward_to_own_gateway(origin, method, uri, query_string, headers, *rest):
    api = re.match(r"(\w+)\.execute-api\.", origin["domain_name"])
    if api is not None:
        port = int(os.environ["GATEWAY_PORT"])
        origin = {**origin, "domain_name": "127.0.0.1", "https_port": port}
        headers = {**headers, "host": f"{api[1]}.execute-api.127.0.0.1:{port}"}
    return forward_to_origin(origin, method, uri, query_string, headers, *rest)


cloudfront._forward_to_origin = forward_to_own_gateway


resolve_refs = engine._resolve_refs


def resolve_refs_across_regions(value, *rest):
    output = value.get("Fn::GetStackOutput") if isinstance(value, dict) else None
    if not isinstance(output, dict) or "Region" not in output:
        return resolve_refs(value, *rest)
    token = _request_region.set(output["Region"])
    try:
        return resolve_refs(value, *rest)
    finally:
        _request_region.reset(token)


engine._resolve_refs = resolve_refs_across_regions
