# Nodes of ET Phone Home on EC2, behind a Network Load Balancer, on one PostgreSQL
# of RDS.  An example: read it, and make it yours.  README.md is one folder up.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

provider "aws" {
  region = var.region
}

data "aws_vpc" "this" {
  id = var.vpc
}

data "aws_subnet" "node" {
  for_each = toset(var.subnets)
  id       = each.value
}

data "aws_ami" "debian" {
  most_recent = true
  owners      = ["136693071363"] # Debian's own
  filter {
    name   = "name"
    values = ["debian-12-amd64-*"]
  }
}

locals {
  port   = 2222 # of devices and operators
  relay  = 2223 # from node to node
  nodes  = { for n, subnet in var.subnets : "n${n + 1}" => subnet }
  blocks = [for s in data.aws_subnet.node : s.cidr_block]
}

# --- who reaches what -------------------------------------------------------

resource "aws_security_group" "balancer" {
  name_prefix = "et-balancer-"
  vpc_id      = var.vpc
}

resource "aws_security_group" "node" {
  name_prefix = "et-node-"
  vpc_id      = var.vpc
}

resource "aws_security_group" "database" {
  name_prefix = "et-database-"
  vpc_id      = var.vpc
}

resource "aws_vpc_security_group_ingress_rule" "devices" {
  security_group_id = aws_security_group.balancer.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = local.port
  to_port           = local.port
}

resource "aws_vpc_security_group_egress_rule" "balancer_to_nodes" {
  security_group_id            = aws_security_group.balancer.id
  referenced_security_group_id = aws_security_group.node.id
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
}

# PROXY headers are believed from the balancer's addresses: nobody else comes.
resource "aws_vpc_security_group_ingress_rule" "balancer_at_nodes" {
  security_group_id            = aws_security_group.node.id
  referenced_security_group_id = aws_security_group.balancer.id
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
}

resource "aws_vpc_security_group_ingress_rule" "relay" {
  security_group_id            = aws_security_group.node.id
  referenced_security_group_id = aws_security_group.node.id
  ip_protocol                  = "tcp"
  from_port                    = local.relay
  to_port                      = local.relay
}

# Packages, the database, and the other nodes.
resource "aws_vpc_security_group_egress_rule" "node" {
  security_group_id = aws_security_group.node.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_vpc_security_group_ingress_rule" "database" {
  security_group_id            = aws_security_group.database.id
  referenced_security_group_id = aws_security_group.node.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

# --- the database -----------------------------------------------------------

resource "aws_db_subnet_group" "this" {
  name_prefix = "et-"
  subnet_ids  = var.subnets
}

resource "aws_db_parameter_group" "this" {
  name_prefix = "et-"
  family      = "postgres16"
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
}

# The standby is synchronous (Multi-AZ); one name leads to whichever is primary.
resource "aws_db_instance" "this" {
  identifier_prefix            = "et-"
  engine                       = "postgres"
  engine_version               = "16"
  instance_class               = var.database_class
  db_name                      = "et"
  username                     = "postgres"
  manage_master_user_password  = true
  allocated_storage            = 20
  max_allocated_storage        = 200
  storage_encrypted            = true
  multi_az                     = true
  backup_retention_period      = 14
  deletion_protection          = true
  skip_final_snapshot          = false
  final_snapshot_identifier    = "et-final"
  db_subnet_group_name         = aws_db_subnet_group.this.name
  parameter_group_name         = aws_db_parameter_group.this.name
  vpc_security_group_ids       = [aws_security_group.database.id]
  auto_minor_version_upgrade   = true
  performance_insights_enabled = true
}

# --- the nodes --------------------------------------------------------------

# Reads what only nodes may have: host keys, and the password of the database.
data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "secret" {
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.secret]
  }
}

resource "aws_iam_role" "node" {
  name_prefix        = "et-node-"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy" "secret" {
  role   = aws_iam_role.node.id
  policy = data.aws_iam_policy_document.secret.json
}

resource "aws_iam_instance_profile" "node" {
  role = aws_iam_role.node.name
}

resource "aws_instance" "node" {
  for_each               = local.nodes
  ami                    = data.aws_ami.debian.id
  instance_type          = var.node_class
  subnet_id              = each.value
  vpc_security_group_ids = [aws_security_group.node.id]
  iam_instance_profile   = aws_iam_instance_profile.node.name
  user_data = templatefile("${path.module}/../user-data.yaml", {
    node     = each.key
    database = "postgresql://et-phone-home@${aws_db_instance.this.endpoint}/et?sslmode=verify-full&sslrootcert=/etc/et-phone-home/rds.pem&target_session_attrs=read-write"
    reader   = "et-phone-home-reader"
    proxy    = join(", ", [for block in local.blocks : "\"${block}\""])
    relay    = local.relay
    port     = local.port
    secret   = var.secret
    region   = var.region
    deb      = var.deb
    sha256   = var.sha256
  })
  user_data_replace_on_change = false
  root_block_device {
    encrypted = true
  }
  metadata_options {
    http_tokens = "required"
  }
  tags = {
    Name = "et-phone-home-${each.key}"
  }
  lifecycle {
    ignore_changes = [ami]
  }
}

# --- the balancer -----------------------------------------------------------

resource "aws_lb" "this" {
  name_prefix                      = "et-"
  load_balancer_type               = "network"
  subnets                          = var.subnets
  security_groups                  = [aws_security_group.balancer.id]
  enable_cross_zone_load_balancing = true
  enable_deletion_protection       = true
}

resource "aws_lb_target_group" "this" {
  name_prefix            = "et-"
  port                   = local.port
  protocol               = "TCP"
  vpc_id                 = var.vpc
  proxy_protocol_v2      = true
  preserve_client_ip     = false
  connection_termination = false
  deregistration_delay   = 900
  # It connects, says by a PROXY header that it is the balancer's own, and leaves.
  health_check {
    protocol            = "TCP"
    interval            = 10
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }
}

resource "aws_lb_target_group_attachment" "this" {
  for_each         = aws_instance.node
  target_group_arn = aws_lb_target_group.this.arn
  target_id        = each.value.id
}

resource "aws_lb_listener" "this" {
  load_balancer_arn = aws_lb.this.arn
  port              = local.port
  protocol          = "TCP"
  # Idle connections are cut after 350 s: client-alive-interval must be shorter.
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this.arn
  }
}
