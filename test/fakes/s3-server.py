"""A store that speaks S3 (moto), with one bucket and one key; it checks signatures. Tells its address and key in a
line of JSON, then answers each line on its standard input with what lies in the bucket. Ends with its input."""

import json
import sys

import boto3
from moto import settings
from moto.server import ThreadedMotoServer

ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
endpoint = f"http://{host}:{port}"


def client(service: str, key: str = "nobody", secret: str = "nothing"):
    keys = {"aws_access_key_id": key, "aws_secret_access_key": secret}
    return boto3.client(service, endpoint_url=endpoint, region_name="us-east-1", **keys)


iam = client("iam")
iam.create_user(UserName="worker")
iam.put_user_policy(UserName="worker", PolicyName="all", PolicyDocument=json.dumps(ALL))
key = iam.create_access_key(UserName="worker")["AccessKey"]
settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
s3 = client("s3", key["AccessKeyId"], key["SecretAccessKey"])
s3.create_bucket(Bucket="colour")
access = {"accessKeyId": key["AccessKeyId"], "secretAccessKey": key["SecretAccessKey"]}
print(json.dumps({"endpoint": endpoint, "region": "us-east-1", **access}), flush=True)

for _ in sys.stdin:
    objects = {each["Key"]: each["Size"] for each in s3.list_objects_v2(Bucket="colour").get("Contents", [])}
    uploads = len(s3.list_multipart_uploads(Bucket="colour").get("Uploads", []))
    print(json.dumps({"objects": objects, "uploads": uploads}), flush=True)
