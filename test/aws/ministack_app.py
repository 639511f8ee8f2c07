"""MiniStack, whose CloudFormation would refuse a whole template for what it does not know of it.

An alarm of several metrics, or of an anomaly, is stored by its name, and a budget not at all: nothing here sees them
at work. All else is MiniStack's own.
"""

from ministack.app import app  # noqa: F401
from ministack.services.cloudformation import provisioners

record_of_one_metric = provisioners._cw_metric_alarm_record


def record_of_alarm(name, props):
    if "Metrics" not in props:
        return record_of_one_metric(name, props)
    metric = {"MetricName": "Several", "Namespace": "Unwatched", "Threshold": props.get("Threshold", 0)}
    return record_of_one_metric(name, {**props, **metric, "Metrics": None})


provisioners._cw_metric_alarm_record = record_of_alarm
provisioners._RESOURCE_HANDLERS["AWS::Budgets::Budget"] = {
    "create": lambda logical_id, props, stack_name: (f"{stack_name}-{logical_id}", {}),
    "update": lambda physical_id, old_props, new_props, stack_name: (physical_id, {}),
    "delete": lambda physical_id, props: None,
}
